package feed_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/course/feed"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

func TestAPageThatConnectsLateHearsTheNewestStateFirst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := feed.New()
		f.Print(feed.Mine, "before")
		f.SetState(feed.State{Phase: feed.Running})
		f.SetResults(feed.Results{Tests: []feed.Result{{Name: "TestX", Passed: true}}})

		near, far := transport.Pipe()
		session, err := jsonevent.Admit(t.Context(), f, gateway.Handshake{})
		require.NoError(t, err)
		go session.Serve(context.Background(), far, nil)
		page, err := client.Open(t.Context(), near, client.Options{})
		require.NoError(t, err)

		var heard []string
		client.Listen(page, feed.Console, func(l feed.Line) { heard = append(heard, l.Text) })
		client.Listen(page, feed.Status, func(s feed.State) { heard = append(heard, s.Phase) })
		client.Listen(page, feed.Verdicts, func(r feed.Results) { heard = append(heard, r.Tests[0].Name) })
		go page.Run()
		synctest.Wait()
		f.Print(feed.Solution, "after")
		synctest.Wait()
		require.Equal(t, []string{"before", "running", "TestX", "after"}, heard)
		require.NoError(t, page.Close())
	})
}
