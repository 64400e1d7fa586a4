package function

import (
	"encoding/json"
	"errors"
	"strings"
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

func (l *slowLink) Open(string) error { return nil }
func (l *slowLink) Receive() (*gateway.Packet, error) {
	<-l.closed
	return nil, gateway.ConnectionLost
}

func (l *slowLink) Send([]*gateway.Packet) error {
	<-l.closed
	return errors.New("closed")
}

func (l *slowLink) Close(why gateway.Disconnect) error {
	l.why = why
	close(l.closed)
	return nil
}

func newSlowSocket() (*socket, *slowLink) {
	link := &slowLink{closed: make(chan struct{})}
	in := &instance{sockets: make(map[uint32]*socket)}
	s, _ := in.add(link)
	return s, link
}

// say hands s a packet of size bytes, as the guest does.
func say(t *testing.T, s *socket, size int) {
	t.Helper()
	p := &gateway.Packet{Event: "flood", Data: json.RawMessage(`"` + strings.Repeat("x", size) + `"`)}
	require.NoError(t, s.handle(frame.Frame{Kind: frame.Packet, Socket: s.id, Payload: frame.Format.Encode(p)}))
}

func TestAClientThatReadsTooSlowlyIsEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, link := newSlowSocket()
		go s.write()
		for range 3 {
			say(t, s, maxOutbox/3)
			synctest.Wait()
		}
		require.NotEqual(t, gateway.TooSlow, link.why)
		say(t, s, maxOutbox/3)
		synctest.Wait()
		require.Equal(t, gateway.TooSlow, link.why)
	})
}

func TestAnEndingSocketThatCannotSendIsClosedAfterAWhile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, link := newSlowSocket()
		go s.write()
		say(t, s, 10)
		s.end(gateway.Kicked)
		<-link.closed
		require.Equal(t, gateway.Kicked, link.why)
	})
}

func TestASocketSendsNoMoreThanItsWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := window{given: make(chan struct{}, 1)}
		for range frame.MaxInFlight {
			require.NoError(t, w.take(frame.Cost(nil), nil))
		}
		closed, done := make(chan struct{}), make(chan error, 1)
		go func() { done <- w.take(frame.Cost(nil), closed) }()
		synctest.Wait()
		require.Empty(t, done, "the window is full")
		w.give(frame.Cost(nil))
		require.NoError(t, <-done)

		go func() { done <- w.take(frame.Cost(nil), closed) }()
		close(closed)
		require.ErrorIs(t, <-done, gateway.ErrClosed)
	})
}
