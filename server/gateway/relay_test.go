package gateway_test

import (
	"context"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

// A loop is the relay of one server: all comes back, in its time.
type loop struct {
	ns      *gateway.Namespace
	relayed []*gateway.Broadcast
	known   []*gateway.Broadcast
	issued  int // how many were connected when a secret was made
	after   uint64
	unknown bool   // nobody can come back
	welcome string // what a socket hears when it connects
	refuses error  // what OnConnect says
}

func (l *loop) Relay(b *gateway.Broadcast) error {
	l.relayed = append(l.relayed, b)
	return nil
}

// back has what was relayed come back.
func (l *loop) back() {
	for _, b := range l.relayed {
		b.Offset = uint64(len(l.known) + 1)
		l.known = append(l.known, b)
		l.ns.Deliver(b)
	}
	l.relayed = nil
	synctest.Wait()
}

func (l *loop) Relayed() uint64                        { return 0 }
func (l *loop) Returned(context.Context, uint64) error { return nil }

func (l *loop) Since(offset uint64) ([]*gateway.Broadcast, bool) { return l.known[offset:], true }

func (l *loop) Issue(id string, _ gateway.User) string {
	l.issued = l.ns.Len()
	return "secret of " + id
}

func (l *loop) Resume(context.Context, string, string, gateway.User) (string, uint64, bool) {
	return "its old id", l.after, !l.unknown
}

// shared connects the wires in a namespace with a relay, each in the room "den".
func shared(t *testing.T, wires ...*wire) (*loop, []*gateway.Socket) {
	l := &loop{}
	var sockets []*gateway.Socket
	l.ns = gateway.NewNamespace(func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{OnConnect: func(_ context.Context, s *gateway.Socket) error {
			sockets = append(sockets, s)
			s.Join("den")
			if l.welcome != "" {
				emit(t, s, l.welcome)
			}
			return l.refuses
		}}
	})
	l.ns.Share(l)
	for _, w := range wires {
		l.serve(t, w, gateway.Handshake{})
	}
	return l, sockets
}

func (l *loop) serve(t *testing.T, w *wire, h gateway.Handshake) {
	user, err := l.ns.Authenticate(t.Context(), h)
	require.NoError(t, err)
	ctx, end := context.WithCancel(t.Context())
	go l.ns.Serve(ctx, w, user)
	synctest.Wait()
	t.Cleanup(func() {
		end()
		synctest.Wait()
	})
}

func TestWhatIsEmittedToAnAudienceIsHeardWhenItComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ana, bob := newWire(), newWire()
		l, sockets := shared(t, ana, bob)
		emit(t, l.ns, "all")
		emit(t, sockets[0].Broadcast(), "others")
		emit(t, l.ns.To("den").Except(sockets[0]), "room")
		emit(t, sockets[0].Direct(sockets[1].ID()), "direct")
		emit(t, l.ns.Everyone().Local(), "local")
		synctest.Wait()
		require.Equal(t, [][]string{{"local"}}, ana.batches)
		l.back()
		require.Equal(t, [][]string{{"local"}, {"all"}}, ana.batches)
		require.Equal(t, [][]string{{"local"}, {"all"}, {"others"}, {"room"}, {"direct"}}, apart(bob.batches))
	})
}

// apart is batches of one event each.
func apart(batches [][]string) (events [][]string) {
	for _, batch := range batches {
		for _, event := range batch {
			events = append(events, []string{event})
		}
	}
	return events
}

func TestASecretIsFromBeforeAllThatItsSocketHears(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := shared(t, newWire())
		require.Zero(t, l.issued)
	})
}

func TestWhoComesBackHearsWhatItMissedOnceAndWhatIsNewAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ana := newWire()
		l, sockets := shared(t, ana)
		emit(t, l.ns, "heard")
		emit(t, l.ns.To("den"), "missed")
		emit(t, l.ns.To("elsewhere"), "not for it")
		emit(t, sockets[0].Direct("its old id"), "missed, too")
		emit(t, l.ns.Everyone().Except(sockets...), "missed, last")
		l.back()
		l.after = 1
		again := newWire()
		again.busy = make(chan struct{}, 100) // it takes one write after the other
		l.serve(t, again, gateway.Handshake{Auth: []byte(`{"pid":"x","offset":"1"}`)})
		emit(t, l.ns, "new")
		l.back()
		for range 100 {
			again.busy <- struct{}{}
		}
		synctest.Wait()
		require.Equal(t, [][]string{{"missed"}, {"missed, too"}, {"missed, last"}, {"new"}}, apart(again.batches))
	})
}
