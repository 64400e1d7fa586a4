package brokertest

import (
	"context"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
)

var presenceContracts = []Contract{
	{"WhoIsThereIsToldFirst", whoIsThereIsToldFirst},
	{"ChangesAreTold", changesAreTold},
	{"AMembersIDIsBounded", aMembersIDIsBounded},
	{"TheLaterOfTwoNodesCounts", theLaterOfTwoNodesCounts},
	{"ALostNodesMembersVanishUntilItIsBack", aLostNodesMembersVanish},
	{"ACutWatcherHearsWhatChanged", aCutWatcherHearsWhatChanged},
}

// Eye is a watcher and what it has seen.
type Eye struct{ seen chan sight }

type sight struct {
	id, data string
	gone     bool
}

// Watch watches until the test ends.
func Watch(t *testing.T, node broker.Presence) *Eye {
	ctx, cancel := context.WithCancel(context.Background())
	e := &Eye{seen: make(chan sight, 1000)}
	var watching sync.WaitGroup
	watching.Go(func() {
		_ = node.Watch(ctx, func(id string, data []byte) { e.seen <- sight{id, string(data), data == nil} })
	})
	t.Cleanup(func() { cancel(); watching.Wait() })
	return e
}

// Sees fails unless this is what is told next; who is gone has the data "-".
func (e *Eye) Sees(t *testing.T, id, data string) {
	t.Helper()
	want := sight{id, data, false}
	if data == "-" || id == "" {
		want = sight{id, "", true}
	}
	select {
	case s := <-e.seen:
		require.Equal(t, want, s)
	case <-time.After(patience):
		require.FailNow(t, "nothing more was seen", "expected %v", want)
	}
}

func set(t *testing.T, node broker.Presence, id, data string) {
	t.Helper()
	require.NoError(t, node.Set(t.Context(), id, []byte(data)))
}

func whoIsThereIsToldFirst(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	nobody := Watch(t, b)
	nobody.Sees(t, "", "")
	set(t, a, "ana", "1")
	nobody.Sees(t, "ana", "1")
	eye := Watch(t, b)
	eye.Sees(t, "ana", "1")
	eye.Sees(t, "", "")
}

func changesAreTold(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	eye := Watch(t, b)
	eye.Sees(t, "", "")
	set(t, a, "Ana, *.> ñ", "1")
	eye.Sees(t, "Ana, *.> ñ", "1")
	set(t, a, "Ana, *.> ñ", "")
	eye.Sees(t, "Ana, *.> ñ", "")
	require.NoError(t, b.Delete(t.Context(), "Ana, *.> ñ"), "it is not b's")
	require.NoError(t, a.Delete(t.Context(), "Ana, *.> ñ"))
	eye.Sees(t, "Ana, *.> ñ", "-")
	set(t, a, "Ana, *.> ñ", "2")
	eye.Sees(t, "Ana, *.> ñ", "2")
}

func aMembersIDIsBounded(t *testing.T, c Cluster) {
	node := c.Node("a")
	require.ErrorIs(t, node.Set(t.Context(), "", nil), broker.ErrID)
	require.ErrorIs(t, node.Set(t.Context(), strings.Repeat("x", broker.MaxID+1), nil), broker.ErrID)
	eye := Watch(t, node)
	eye.Sees(t, "", "")
	longest := strings.Repeat("x", broker.MaxID)
	set(t, node, longest, "1")
	eye.Sees(t, longest, "1")
}

func theLaterOfTwoNodesCounts(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	eye := Watch(t, a)
	eye.Sees(t, "", "")
	set(t, a, "ana", "at a")
	eye.Sees(t, "ana", "at a")
	set(t, b, "ana", "at b")
	eye.Sees(t, "ana", "at b")
	require.NoError(t, a.Delete(t.Context(), "ana"))
	set(t, a, "ben", "")
	eye.Sees(t, "ben", "")
	require.NoError(t, b.Delete(t.Context(), "ana"))
	eye.Sees(t, "ana", "-")
}

func aLostNodesMembersVanish(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	set(t, a, "ana", "1")
	set(t, b, "ben", "1")
	eye := Watch(t, b)
	eye.Sees(t, "ana", "1")
	eye.Sees(t, "ben", "1")
	eye.Sees(t, "", "")
	lost := time.Now()
	a.Cut()
	eye.Sees(t, "ana", "-")
	require.LessOrEqual(t, time.Since(lost), c.Timeout)
	a.Restore()
	eye.Sees(t, "ana", "1")
}

func aCutWatcherHearsWhatChanged(t *testing.T, c Cluster) {
	a, b := c.Node("a"), c.Node("b")
	set(t, a, "ana", "1")
	set(t, a, "ben", "1")
	eye := Watch(t, b)
	eye.Sees(t, "ana", "1")
	eye.Sees(t, "ben", "1")
	eye.Sees(t, "", "")
	b.Cut()
	set(t, a, "ana", "2")
	require.NoError(t, a.Delete(t.Context(), "ben"))
	b.Restore()
	eye.Sees(t, "ana", "2")
	eye.Sees(t, "ben", "-")
}
