package app

import (
	"context"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course/feed"
	"wslab/server/course/progress"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

func TestThePageIsLeftWithTheNewestReadingOfTheProgress(t *testing.T) {
	l := &lesson{feed: feed.New(nil)}
	var hints atomic.Int64
	read := func(lessons.Lesson) (progress.State, error) {
		state := progress.State{Hints: int(hints.Add(1))}
		for range 1000 - state.Hints { // who reads later is done sooner, where nobody waits
			runtime.Gosched()
		}
		return state, nil
	}
	var readers sync.WaitGroup
	for range 1000 {
		readers.Go(func() { _, _ = l.stand(read) })
	}
	readers.Wait()
	require.Equal(t, 1000, standing(t, l.feed).Hints)
}

// standing is what a page hears first of how the learner stands.
func standing(t *testing.T, f *feed.Feed) feed.Standing {
	near, far := transport.Pipe()
	session, err := jsonevent.Admit(t.Context(), f, gateway.Handshake{})
	require.NoError(t, err)
	go session.Serve(context.Background(), far, nil)
	page, err := client.Open(t.Context(), near, client.Options{})
	require.NoError(t, err)
	heard := make(chan feed.Standing, 1)
	client.Listen(page, feed.Progress, func(s feed.Standing) { heard <- s })
	go page.Run()
	defer page.Close()
	return <-heard
}
