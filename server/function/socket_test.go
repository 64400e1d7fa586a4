package function

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// slowLink is the link of a client that takes nothing until it is closed.
type slowLink struct {
	closed chan struct{}
	why    gateway.Disconnect
}

func (l *slowLink) Open(gateway.Opened) error { return nil }
func (l *slowLink) Receive() (*gateway.Packet, error) {
	<-l.closed
	return nil, gateway.ConnectionLost
}

func (l *slowLink) Send(*gateway.Batch) (rest func() error, err error) {
	<-l.closed
	return nil, errors.New("closed")
}

func (l *slowLink) Close(why gateway.Disconnect) error {
	l.why = why
	close(l.closed)
	return nil
}

func newSlowClient() (*outbox, *slowLink) {
	link := &slowLink{closed: make(chan struct{})}
	return newOutbox(link), link
}

// say hands b a packet of size bytes, as a guest does.
func say(b *outbox, size int) { b.push(&gateway.Packet{Event: "flood"}, size, maxOutbox) }

func TestAClientThatReadsTooSlowlyIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, link := newSlowClient()
		go b.write()
		for range 3 {
			say(b, maxOutbox/3+1)
			synctest.Wait()
		}
		require.NotEqual(t, gateway.TooSlow, link.why)
		say(b, maxOutbox/3+1)
		synctest.Wait()
		require.Equal(t, gateway.TooSlow, link.why)
	})
}

func TestAnEndingSocketThatCannotSendIsClosedAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, link := newSlowClient()
		go b.write()
		say(b, 10)
		b.end(gateway.Kicked)
		<-link.closed
		require.Equal(t, gateway.Kicked, link.why)
	})
}

func newSeat() *seat {
	t := &seat{in: &instance{}, left: make(chan struct{}), ended: make(chan struct{})}
	t.window.given = make(chan struct{}, 1)
	t.in.moving, t.in.move = context.WithCancel(context.Background())
	return t
}

func TestASocketSendsNoMoreThanItsWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seat := newSeat()
		defer seat.in.move()
		for range frame.MaxInFlight {
			require.NoError(t, seat.window.take(frame.Cost(nil), seat))
		}
		done := make(chan error, 1)
		go func() { done <- seat.window.take(frame.Cost(nil), seat) }()
		synctest.Wait()
		require.Empty(t, done, "the window is full")
		seat.window.give(frame.Cost(nil))
		require.NoError(t, <-done)
	})
}

func TestNobodyWaitsForTheWindowOfAVersionThatIsReplaced(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		seat := newSeat()
		for range frame.MaxInFlight {
			require.NoError(t, seat.window.take(frame.Cost(nil), seat))
		}
		done := make(chan error, 1)
		go func() { done <- seat.window.take(frame.Cost(nil), seat) }()
		synctest.Wait()
		seat.in.move()
		require.ErrorIs(t, <-done, errReplaced)
	})
}

func TestAClientThatSendsMoreThanAnyoneTakesIsRefused(t *testing.T) {
	b := inbox{wake: make(chan struct{}, 1)}
	p := &gateway.Packet{Payload: gateway.Payload{Data: make([]byte, maxInbox/4)}}
	for range 3 {
		require.True(t, b.push(p))
	}
	require.False(t, b.push(p))
	b.next()
	require.True(t, b.push(p), "there is room again")
}
