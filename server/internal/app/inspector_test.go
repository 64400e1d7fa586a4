package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/server/wire"
	"wslab/wasm/client"
)

// watched returns what a page has seen of a lesson's connections, as far as it satisfies enough.
func watched(t *testing.T, host, lesson, page string, enough func([]wire.Entry) bool) (all []wire.Entry) {
	ctx := deadline(t)
	c, err := client.Dial(ctx, "ws://"+host+"/lessons/"+lesson+"/wire", client.Options{})
	require.NoError(t, err)
	go c.Run()
	cursor := wire.Cursor{Page: page}
	for !enough(all) {
		next, err := client.Call(ctx, c, wire.Next, cursor)
		require.NoError(t, err)
		all = append(all, next...)
		cursor.After = all[len(all)-1].N
	}
	_ = c.Close()
	return all
}

func TestAPageSeesWhichFunctionHandledAFrame(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	c, err := client.Dial(ctx, "ws://"+host+"/lessons/1/solution/ws?page=p&as=ana", client.Options{})
	require.NoError(t, err)
	require.NoError(t, gateway.Event[string]("hello").Emit(c, "hi"))
	go c.Run()
	_ = c.Close()
	ended := func(all []wire.Entry) bool { return len(all) > 0 && all[len(all)-1].Kind == wire.End }
	all := watched(t, host, "1", "p", ended)
	for _, e := range all {
		t.Logf("%+v %+v %+v", e, e.Head, e.Frame)
	}
	require.Equal(t, wire.Request, all[0].Kind)
	require.Equal(t, wire.Answer, all[1].Kind)
}
