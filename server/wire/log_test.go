package wire_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

func TestWhoAsksALogWaitsUntilThereIsMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := wire.NewLog()
		l.Add(wire.Entry{Event: "first"})
		told := make(chan []wire.Entry)
		go func() {
			entries, _ := l.After(t.Context(), 1, 10)
			told <- entries
		}()
		synctest.Wait()
		l.Add(wire.Entry{Event: "second"})
		entries := <-told
		require.Len(t, entries, 1)
		require.Equal(t, "second", entries[0].Event)
		require.EqualValues(t, 2, entries[0].N)
	})
}

func TestALogForgetsTheOldestAndItsNumbersShowIt(t *testing.T) {
	l := wire.NewLog()
	for range 25_000 {
		l.Add(wire.Entry{})
	}
	entries, err := l.After(t.Context(), 0, 3)
	require.NoError(t, err)
	require.EqualValues(t, 15_001, entries[0].N)
	require.Len(t, entries, 3)
}

func TestALogOfLongPayloadsIsBoundedByTheirSize(t *testing.T) {
	l := wire.NewLog()
	for range 10_000 {
		l.Add(wire.Entry{Frame: &wire.Frame{Payload: make([]byte, wire.Keep)}})
	}
	entries, err := l.After(t.Context(), 0, 10_000)
	require.NoError(t, err)
	require.Less(t, len(entries)*wire.Keep, 9<<20)
}

func TestWhoAsksALogForNothingNewCanGiveUp(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := wire.NewLog().After(ctx, 0, 1)
	require.ErrorIs(t, err, context.Canceled)
}
