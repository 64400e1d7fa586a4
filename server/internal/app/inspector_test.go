package app_test

import (
	"testing"

	"github.com/stretchr/testify/require"

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

// ends is enough once so many connections have ended.
func ends(n int) func([]wire.Entry) bool {
	return func(all []wire.Entry) bool {
		ended := 0
		for _, e := range all {
			if e.Kind == wire.End {
				ended++
			}
		}
		return ended == n
	}
}

// talked returns what a page sees of a client that sends one event and leaves.
func talked(t *testing.T, host, lesson, path, event string, auth any) []wire.Entry {
	ctx := deadline(t)
	c, err := client.Dial(ctx, "ws://"+host+path+"?page=p&as=ana", client.Options{Auth: auth})
	require.NoError(t, err)
	go c.Run()
	require.NoError(t, c.Emit(event, map[string]string{"text": "hi"}))
	_ = c.Close()
	return watched(t, host, lesson, "p", ends(1))
}

func TestAPageSeesWhichFunctionOfTheReferenceHandledAFrame(t *testing.T) {
	host, _ := start(t, app.Config{})
	for _, e := range talked(t, host, "4", "/lessons/4/solution/ws", "message", map[string]string{"token": "ABC-123", "name": "Ana"}) {
		if e.Up && e.Event == "message" {
			require.Equal(t, "(*Chat).say", e.Handler)
			require.Regexp(t, `^lessons/04-messages/solution/\w+\.go:\d+$`, e.Place)
			return
		}
	}
	require.Fail(t, "the message was not recorded")
}

func TestAPageSeesNothingOfAnotherPageOrLesson(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	for _, path := range []string{"/lessons/1/solution/ws?page=q&as=ana", "/lessons/2/solution/ws?page=p&as=ana", "/lessons/2/solution/ws"} {
		c, err := client.Dial(ctx, "ws://"+host+path, client.Options{})
		require.NoError(t, err)
		defer c.Close()
		go c.Run()
	}
	all := talked(t, host, "1", "/lessons/1/solution/ws", "hello", nil)
	for _, e := range all {
		require.EqualValues(t, 1, e.Conn)
	}
	require.Equal(t, "GET /lessons/1/solution/ws?page=p&as=ana HTTP/1.1", all[0].Head.Line)
}
