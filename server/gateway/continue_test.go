package gateway_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

// line is a link whose client a test is.
type line struct {
	in     chan *gateway.Packet
	out    []string // the events sent
	opened string
	closed chan struct{}
}

func newLine() *line {
	return &line{in: make(chan *gateway.Packet, 10), closed: make(chan struct{})}
}

func (l *line) Open(o gateway.Opened) error { l.opened = o.ID; return nil }

func (l *line) Receive() (*gateway.Packet, error) {
	select {
	case p := <-l.in:
		return p, nil
	case <-l.closed:
		return nil, gateway.ClientLeft
	}
}

func (l *line) Send(batch *gateway.Batch) (rest func() error, err error) {
	return func() error {
		time.Sleep(time.Second) // fake time
		for _, p := range batch.Packets {
			l.out = append(l.out, p.Event)
		}
		return nil
	}, nil
}

func (l *line) Close(gateway.Disconnect) error { return nil }

func TestASocketThatContinuesKeepsItsIDAndUserAndMeetsOnConnect(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var met *gateway.Socket
		n := gateway.NewNamespace(fixed(gateway.Gateway{OnConnect: func(_ context.Context, s *gateway.Socket) error {
			met = s
			return nil
		}}))
		l := newLine()
		ana := gateway.User{ID: "7", Name: "Ana"}
		done := make(chan gateway.Disconnect)
		go func() { done <- n.Continue(t.Context(), l, gateway.Continued{ID: "old", User: ana, Asked: 5}) }()
		synctest.Wait()
		require.Equal(t, "old", met.ID())
		require.Equal(t, ana, met.User())
		require.Equal(t, "old", l.opened)
		close(l.closed)
		require.Equal(t, gateway.ClientLeft, <-done)
	})
}

func TestASettledNamespaceHasHandledAndSentAllThatArrived(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		slow := gateway.Event[any]("slow").On(func(_ context.Context, s *gateway.Socket, _ any) error {
			time.Sleep(time.Minute)
			return gateway.Event[string]("done").Emit(s.Broadcast(), "")
		})
		n := gateway.NewNamespace(fixed(gateway.Gateway{Events: gateway.Events{slow}}))
		ana, bob := newLine(), newLine()
		for _, l := range []*line{ana, bob} {
			go n.Serve(t.Context(), l, gateway.User{})
		}
		ana.in <- &gateway.Packet{Event: "slow"}
		ana.in <- &gateway.Packet{Event: "slow"}
		synctest.Wait()

		late, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		require.ErrorIs(t, n.Settle(late), context.DeadlineExceeded)

		begun := time.Now()
		require.NoError(t, n.Settle(t.Context()))
		require.Equal(t, []string{"done", "done"}, bob.out)
		require.GreaterOrEqual(t, time.Since(begun), time.Minute)
		require.Equal(t, 2, n.Len(), "nobody has left")
		close(ana.closed)
		close(bob.closed)
	})
}

// A queue that has closed is settled, and stays closed.
func TestANamespaceSettlesThatHasThrownSomebodyOut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := gateway.NewNamespace(fixed(gateway.Gateway{Events: gateway.Events{
			gateway.Event[any]("slow").On(func(context.Context, *gateway.Socket, any) error {
				time.Sleep(time.Minute)
				return nil
			}),
			gateway.Event[any]("kick").On(func(context.Context, *gateway.Socket, any) error { return gateway.Kicked }),
		}}))
		ana, bob := newLine(), newLine()
		for _, l := range []*line{ana, bob} {
			go n.Serve(t.Context(), l, gateway.User{})
		}
		ana.in <- &gateway.Packet{Event: "slow"}
		synctest.Wait()
		settled := make(chan error)
		go func() { settled <- n.Settle(t.Context()) }()
		synctest.Wait()
		bob.in <- &gateway.Packet{Event: "kick"}
		require.NoError(t, <-settled)
		close(ana.closed)
		close(bob.closed)
	})
}
