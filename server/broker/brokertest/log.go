package brokertest

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
)

var logContracts = []Contract{
	{"AllReadersHearTheSameOrder", allReadersHearTheSameOrder},
	{"AServersMessagesStayInOrder", aServersMessagesStayInOrder},
	{"PublishingAgainStoresOnce", publishingAgainStoresOnce},
	{"ABatchThatIsPartlyKnownStoresTheRest", aBatchThatIsPartlyKnownStoresTheRest},
	{"WithoutAnIDEverythingIsStored", withoutAnIDEverythingIsStored},
	{"ReadingFromAnOffsetReplays", readingFromAnOffsetReplays},
	{"LastIsTheNewestOffset", lastIsTheNewestOffset},
	{"ACutReaderGoesOnWithoutGapOrDuplicate", aCutReaderGoesOn},
	{"WhatIsTrimmedIsSaid", whatIsTrimmedIsSaid},
	{"AnOffsetBeyondTheNewestIsSaid", anOffsetBeyondTheNewestIsSaid},
	{"ReadingEndsWithTheReader", readingEndsWithTheReader},
	{"PublishingWhileCutFailsInTime", publishingWhileCutFailsInTime},
	{"PublishingOutlivesACut", publishingOutlivesACut},
}

func allReadersHearTheSameOrder(t *testing.T, c Cluster) {
	var ears []*Ear
	var publishers sync.WaitGroup
	failures := make(chan error, 3*30)
	for _, name := range []string{"a", "b", "c"} {
		node := c.Node(name)
		ears = append(ears, Listen(t, node, 0))
		publishers.Go(func() {
			for pair := range slices.Chunk(Numbered(name, 60), 2) {
				_, err := say(t, node, pair...)
				failures <- err
			}
		})
	}
	publishers.Wait()
	for range cap(failures) {
		require.NoError(t, <-failures)
	}
	first := ears[0].Texts(t, 180)
	require.Equal(t, first, ears[1].Texts(t, 180))
	require.Equal(t, first, ears[2].Texts(t, 180))
}

func aServersMessagesStayInOrder(t *testing.T, c Cluster) {
	node := c.Node("a")
	texts := Numbered("n", 600)
	last := Say(t, node, texts...)
	ear := Listen(t, node, 0)
	for _, text := range texts[:599] {
		require.Equal(t, text, string(ear.Next(t).Data))
	}
	require.Equal(t, broker.Stored{Offset: last, Data: []byte(texts[599])}, ear.Next(t))
}

func publishingAgainStoresOnce(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	first := Say(t, a, "once")
	require.Equal(t, first, Say(t, a, "once"), "the offset is the first one's")
	require.Equal(t, first, Say(t, b, "once"), "whoever says it")
	Say(t, b, "then")
	require.Equal(t, []string{"once", "then"}, Listen(t, a, 0).Texts(t, 2))
}

func aBatchThatIsPartlyKnownStoresTheRest(t *testing.T, c Cluster) {
	node := c.Node("a")
	Say(t, node, "2")
	last := Say(t, node, "1", "2", "3")
	require.Equal(t, last, Say(t, node, "1", "2", "3"))
	Say(t, node, "4")
	require.Equal(t, []string{"2", "1", "3", "4"}, Listen(t, node, 0).Texts(t, 4))
}

func withoutAnIDEverythingIsStored(t *testing.T, c Cluster) {
	node := c.Node("a")
	for range 2 {
		_, err := node.Publish(t.Context(), broker.Message{Data: []byte("hm")}, broker.Message{})
		require.NoError(t, err)
	}
	require.Equal(t, []string{"hm", "", "hm", ""}, Listen(t, node, 0).Texts(t, 4))
}

func readingFromAnOffsetReplays(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	second := Say(t, a, "1", "2")
	Say(t, a, "3", "4")
	require.Equal(t, []string{"3", "4"}, Listen(t, b, second).Texts(t, 2))
	require.Equal(t, []string{"1", "2", "3", "4"}, Listen(t, b, 0).Texts(t, 4))
}

func lastIsTheNewestOffset(t *testing.T, c Cluster) {
	node := c.Node("a")
	last, err := node.Last(t.Context())
	require.NoError(t, err)
	require.Zero(t, last)
	said := Say(t, node, "1", "2")
	last, err = node.Last(t.Context())
	require.NoError(t, err)
	require.Equal(t, said, last)
}

func aCutReaderGoesOn(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	ear := Listen(t, b, 0)
	before, during, after := Numbered("before", 50), Numbered("during", 50), Numbered("after", 50)
	Say(t, a, before...)
	require.Equal(t, before[:10], ear.Texts(t, 10), "it is cut in the middle")
	b.Cut()
	Say(t, a, during...)
	b.Restore()
	Say(t, a, after...)
	require.Equal(t, slices.Concat(before[10:], during, after), ear.Texts(t, 140))
}

func whatIsTrimmedIsSaid(t *testing.T, c Cluster) {
	node := c.Node("a")
	first := Say(t, node, "first")
	ear := Listen(t, node, 0)
	ear.Next(t)
	for range 300 {
		_, err := node.Publish(t.Context(), broker.Message{Data: bytes.Repeat([]byte("x"), 1024)})
		require.NoError(t, err)
	}
	require.ErrorIs(t, Listen(t, node, 0).End(t), broker.ErrTrimmed)
	require.ErrorIs(t, Listen(t, node, first).End(t), broker.ErrTrimmed)
}

func anOffsetBeyondTheNewestIsSaid(t *testing.T, c Cluster) {
	node := c.Node("a")
	last := Say(t, node, "1")
	require.ErrorIs(t, Listen(t, node, last+5).End(t), broker.ErrTrimmed, "the log is another one")
}

func readingEndsWithTheReader(t *testing.T, c Cluster) {
	node := c.Node("a")
	Say(t, node, "1")
	enough := errors.New("enough")
	require.Equal(t, enough, node.Read(t.Context(), 0, func(broker.Stored) error { return enough }))

	ctx, cancel := context.WithCancel(t.Context())
	err := node.Read(ctx, 0, func(broker.Stored) error { cancel(); return nil })
	require.ErrorIs(t, err, context.Canceled)
}

func publishingWhileCutFailsInTime(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	ear := Listen(t, b, 0)
	Say(t, a, "1")
	a.Cut()
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := a.Publish(ctx, Messages("2", "3")...)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Less(t, time.Since(start), 2*time.Second)
	require.ErrorContains(t, err, "publish", "it says what failed")
	a.Restore()
	Say(t, a, "2", "3")
	Say(t, a, "4")
	require.Equal(t, []string{"1", "2", "3", "4"}, ear.Texts(t, 4))
}

func publishingOutlivesACut(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	ear := Listen(t, b, 0)
	a.Cut()
	done := make(chan error, 1)
	go func() {
		_, err := say(t, a, "1", "2", "3")
		done <- err
	}()
	a.Restore()
	require.NoError(t, <-done)
	require.Equal(t, []string{"1", "2", "3"}, ear.Texts(t, 3))
}
