package gateway_test

import (
	"context"
	"runtime"
	"strings"
	"testing"
	"testing/synctest"
	"weak"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

// A wire is a link whose client takes a batch whenever the test lets it.
type wire struct {
	opened  chan struct{}
	closed  chan struct{}
	why     gateway.Disconnect
	busy    chan struct{} // nil: a write takes no time
	take    chan struct{} // nil: the client takes everything at once
	batches [][]string
}

func newWire() *wire { return &wire{opened: make(chan struct{}), closed: make(chan struct{})} }

func (w *wire) Open(gateway.Opened) error { close(w.opened); return nil }
func (w *wire) Receive() (*gateway.Packet, error) {
	<-w.closed
	return nil, gateway.ErrClosed
}

func (w *wire) Send(batch *gateway.Batch) (rest func() error, err error) {
	if w.busy != nil {
		<-w.busy
	}
	var events []string
	for _, p := range batch.Packets {
		events = append(events, p.Event)
	}
	w.batches = append(w.batches, events)
	if w.take == nil {
		return nil, nil
	}
	return func() error { <-w.take; return nil }, nil
}

func (w *wire) Close(why gateway.Disconnect) error {
	w.why = why
	close(w.closed)
	return nil
}

// connect serves the wires in a namespace until the test ends.
func connect(t *testing.T, wires ...*wire) (*gateway.Namespace, []*gateway.Socket) {
	var sockets []*gateway.Socket
	ns := gateway.NewNamespace(func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{OnConnect: func(_ context.Context, s *gateway.Socket) error {
			sockets = append(sockets, s)
			return nil
		}}
	})
	ctx, end := context.WithCancel(t.Context())
	for _, w := range wires {
		go ns.Serve(ctx, w, gateway.User{})
		synctest.Wait()
	}
	t.Cleanup(func() {
		end()
		synctest.Wait()
	})
	return ns, sockets
}

func emit(t *testing.T, to gateway.Emitter, events ...string) {
	for _, e := range events {
		require.NoError(t, to.Emit(e, nil))
	}
}

func TestWhatWaitsForASlowClientLeavesInOneWrite(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := newWire()
		slow.take = make(chan struct{})
		ns, _ := connect(t, slow)
		emit(t, ns, "1")
		synctest.Wait() // the first is under way
		emit(t, ns, "2")
		synctest.Wait()
		emit(t, ns, "3")
		synctest.Wait()
		close(slow.take)
		synctest.Wait()
		require.Equal(t, [][]string{{"1"}, {"2", "3"}}, slow.batches)
	})
}

func TestWhatIsEmittedDuringOneRoundOfWritesIsOneWriteOfTheNext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		speaker, other, third := newWire(), newWire(), newWire()
		ns, sockets := connect(t, speaker, other, third)
		third.busy = make(chan struct{})
		emit(t, ns.Everyone().Except(sockets[0], sockets[1]), "0")
		synctest.Wait() // this round is under way
		emit(t, ns, "1", "2")
		emit(t, sockets[0].Broadcast(), "3")
		emit(t, sockets[0], "4")
		close(third.busy)
		synctest.Wait()
		require.Equal(t, [][]string{{"1", "2", "4"}}, speaker.batches)
		require.Equal(t, [][]string{{"1", "2", "3"}}, other.batches)
		require.Equal(t, [][]string{{"0"}, {"1", "2", "3"}}, third.batches)
	})
}

func TestAnEventToOneSocketDoesNotOvertakeABroadcast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		ns, sockets := connect(t, w)
		var want string
		for range 1000 {
			emit(t, ns, "all")
			emit(t, sockets[0], "one")
			want += " all one"
		}
		synctest.Wait()
		require.Equal(t, want[1:], words(w.batches))
	})
}

func TestABroadcastReachesWhoIsInTheRoomWhenItIsEmitted(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		ns, sockets := connect(t, w)
		emit(t, ns.To("room"), "before")
		sockets[0].Join("room")
		emit(t, ns.To("room"), "inside")
		sockets[0].Leave("room")
		emit(t, ns.To("room"), "after")
		synctest.Wait()
		require.Equal(t, "inside", words(w.batches))
	})
}

func TestASocketThatEndsStillHearsWhatWasEmittedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWire()
		ns, sockets := connect(t, w)
		emit(t, ns, "1", "2")
		sockets[0].Disconnect(gateway.Kicked)
		synctest.Wait()
		require.Equal(t, "1 2", words(w.batches))
	})
}

func TestASocketThatEndsIsTooSlowWhereItCouldNotTakeWhatWasEmittedBefore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow, other := newWire(), newWire()
		slow.take = make(chan struct{})
		ns, sockets := connect(t, slow, other)
		large := strings.Repeat("x", 600<<10)
		emit(t, sockets[0], "under way")
		require.NoError(t, sockets[0].Emit("waits", large))
		other.busy = make(chan struct{})
		emit(t, sockets[0].Broadcast(), "0")
		synctest.Wait() // this round is under way
		require.NoError(t, ns.Emit("too much", large))
		sockets[0].Disconnect(gateway.Kicked)
		synctest.Wait()
		close(other.busy)
		synctest.Wait()
		close(slow.take)
		synctest.Wait()
		require.Equal(t, gateway.TooSlow, slow.why)
	})
}

func TestWhoEmitsToASocketThatHasEndedIsToldSoAlsoDuringABroadcast(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gone, other := newWire(), newWire()
		ns, sockets := connect(t, gone, other)
		sockets[0].Disconnect(gateway.Kicked)
		synctest.Wait()
		other.busy = make(chan struct{})
		emit(t, ns, "1")
		synctest.Wait() // this round is under way
		err := sockets[0].Emit("2", nil)
		close(other.busy)
		require.ErrorIs(t, err, gateway.ErrClosed)
	})
}

func TestASocketThatHasEndedIsForgottenEvenIfItJoinsARoomThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ns, sockets := connect(t, newWire())
		gone := sockets[0]
		gone.Disconnect(gateway.Kicked)
		synctest.Wait()
		gone.Join("room")
		remembered := weak.Make(gone)
		gone, sockets[0] = nil, nil
		runtime.GC()
		require.Nil(t, remembered.Value())
		runtime.KeepAlive(ns)
	})
}

func words(batches [][]string) (all string) {
	for _, batch := range batches {
		for _, event := range batch {
			if all != "" {
				all += " "
			}
			all += event
		}
	}
	return all
}

func TestWhoEmitsMoreThanIsDeliveredWaitsForARoundAndForNoClient(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := newWire()
		slow.busy = make(chan struct{})
		ns, _ := connect(t, slow)
		large := strings.Repeat("x", 600_000)
		require.NoError(t, ns.Emit("large", large))
		synctest.Wait() // it is being delivered
		emitted := make(chan int, 10)
		go func() {
			for i := range 3 {
				_ = ns.Emit("large", large)
				emitted <- i
			}
		}()
		synctest.Wait()
		require.Len(t, emitted, 2, "they wait for the next round")
		close(slow.busy)
		synctest.Wait()
		require.Len(t, emitted, 3)
	})
}
