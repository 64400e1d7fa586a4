package engineio

import (
	"context"
	"errors"
	"time"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// upgradeTimeout is how long a client may take from its WebSocket's opening to its last probe.
const upgradeTimeout = 10 * time.Second

// ErrUpgrade says that a WebSocket did not take over. The session goes on as it was.
var ErrUpgrade = errors.New("the WebSocket does not take over the session")

// Polled is a transport that polls, and that another may take over from.
type Polled interface {
	// Release says that the client upgrades: polls do not wait for long from now on.
	Release()
	// Hold says that the client does not upgrade after all: polls wait again.
	Hold()
	// Rest closes the transport and returns what no poll has fetched.
	Rest() []transport.Message
}

// Upgrade lets the transport that open opens take the session over from one that polls, once the client has
// probed it: the client sends 2probe and hears 3probe, the poll that waits ends, and after the client's 5 the new
// transport is the only one. What waited for the next poll goes there first, so nothing is lost or overtaken.
// Only one may try at a time, and only one may succeed; an error leaves the session as it was.
func (s *Session) Upgrade(open func() (transport.Conn, error), from Polled) (err error) {
	s.mu.Lock()
	if s.why != nil || s.upgrading || s.upgraded {
		s.mu.Unlock()
		return ErrUpgrade
	}
	s.upgrading = true
	s.mu.Unlock()

	conn, err := open()
	if err == nil {
		if err = s.probe(conn, from); err != nil {
			_ = conn.Close(gateway.ConnectionLost.Code, "")
			from.Hold()
		}
	}
	s.mu.Lock()
	s.upgrading = false
	why := s.why
	s.moving = err == nil && why == nil
	s.upgraded = s.moving
	s.mu.Unlock()
	switch {
	case err != nil:
		return ErrUpgrade
	case why != nil: // in this very moment
		_ = conn.Close(why.Code, why.Reason)
		return ErrUpgrade
	}
	s.move(conn, from)
	return nil
}

// move hands what waited over to conn, and then the session. One that ends meanwhile takes conn along, also
// where the client does not read what waited.
func (s *Session) move(conn transport.Conn, from Polled) {
	moved := make(chan struct{})
	go func() {
		select {
		case <-s.done:
			_ = conn.Close(s.why.Code, s.why.Reason)
		case <-moved:
		}
	}()
	if rest := from.Rest(); len(rest) > 0 {
		_ = conn.Write(rest...) // else the next Read says why not
	}
	s.arrive(conn)
	s.mu.Lock()
	why := s.why
	s.mu.Unlock()
	close(moved)
	if why != nil { // Close may have met the transport before
		_ = conn.Close(why.Code, why.Reason)
	}
}

func (s *Session) probe(conn transport.Conn, from Polled) error {
	ctx, cancel := context.WithTimeout(context.Background(), upgradeTimeout)
	defer cancel()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close(gateway.ConnectionLost.Code, "") })
	defer stop()
	go func() {
		select {
		case <-s.done:
			cancel()
		case <-ctx.Done():
		}
	}()
	for _, want := range []Packet{{Type: Ping, Data: []byte("probe")}, {Type: Upgrade}} {
		m, err := conn.Read(context.Background())
		if err != nil {
			return err
		}
		p, err := Decode(m.Data, m.Binary)
		if err != nil || p.Type != want.Type || string(p.Data) != string(want.Data) {
			return ErrUpgrade
		}
		if p.Type == Ping {
			if err := conn.Write(transport.Message{Data: Packet{Type: Pong, Data: p.Data}.Append(nil)}); err != nil {
				return err
			}
			from.Release()
		}
	}
	if !stop() {
		return ErrUpgrade
	}
	return nil
}
