package guest

import (
	"errors"
	"log/slog"
	"sync"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// A link is a socket whose client the host holds.
type link struct {
	session *session
	id      uint32
	known   bool          // to its client: it was opened elsewhere
	opened  chan struct{} // closed when the namespace knows the socket, or will not
	meet    sync.Once     // closes opened

	taken int // what Receive has taken and not yet said; used by it alone

	// A condition, and not channels: to select among channels is what an interpreted guest is slowest at.
	mu      sync.Mutex
	changed sync.Cond
	waiting []arrival
	gone    *gateway.Disconnect // how the client went, after all that waits
	closed  bool                // by the namespace
	idle    bool                // Receive has taken all and waits
	over    bool                // the socket has ended
}

// An arrival is a packet and what it takes of the socket's window.
type arrival struct {
	packet *gateway.Packet
	cost   int
}

func newLink(s *session, id uint32) *link {
	l := &link{session: s, id: id, opened: make(chan struct{})}
	l.changed.L = &l.mu
	return l
}

// change changes the link's state, and wakes who waits for it.
func (l *link) change(change func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change()
	l.changed.Broadcast()
}

// arrive keeps a packet until Receive takes it. There is room, since the host keeps to the window.
func (l *link) arrive(a arrival) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.closed { // nobody takes it any more
		return nil
	}
	if len(l.waiting) == frame.MaxInFlight {
		return errors.New("the host sent more than the socket's window")
	}
	l.waiting = append(l.waiting, a)
	l.changed.Broadcast()
	return nil
}

// Open implements [gateway.Link].
func (l *link) Open(o gateway.Opened) error {
	l.met()
	if l.known {
		return nil
	}
	l.session.send(frame.Frame{Kind: frame.Open, Socket: l.id, Payload: []byte(o.ID)})
	return nil
}

func (l *link) met() { l.meet.Do(func() { close(l.opened) }) }

// Receive implements [gateway.Link]. What the client sent before it went comes first.
func (l *link) Receive() (*gateway.Packet, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for {
		switch {
		case l.closed:
			return nil, gateway.ErrClosed
		case len(l.waiting) > 0:
			a := l.waiting[0]
			l.waiting = l.waiting[1:]
			return l.take(a), nil
		case l.gone != nil:
			return nil, *l.gone
		}
		l.idle = true
		if l.session.draining.Load() {
			l.changed.Broadcast() // settle waits for it
		}
		l.changed.Wait()
		l.idle = false
	}
}

func (l *link) take(a arrival) *gateway.Packet {
	if l.taken += a.cost; l.taken >= frame.TakenEvery {
		l.session.send(frame.TakenFrame(l.id, l.taken))
		l.taken = 0
	}
	return a.packet
}

// settle waits until all that has arrived is on its way to a handler. Where the client is gone, that
// is the end of the socket.
func (l *link) settle() {
	l.mu.Lock()
	defer l.mu.Unlock()
	for !l.over && (l.gone != nil || len(l.waiting) > 0 || !l.idle) {
		l.changed.Wait()
	}
}

// Send implements [gateway.Link]. It never waits: the host bounds what a slow client may owe.
func (l *link) Send(batch *gateway.Batch) (rest func() error, err error) {
	frames := make([]frame.Frame, 0, len(batch.Packets))
	for _, p := range batch.Packets {
		payload := p.Encoded(frame.Format)
		if len(payload) > frame.MaxPayload {
			slog.Error("event too big, not sent", "event", p.Event, "bytes", len(payload), "limit", frame.MaxPayload)
			continue
		}
		frames = append(frames, frame.Frame{Kind: frame.Packet, Socket: l.id, Payload: payload})
	}
	l.session.send(frames...)
	return nil, nil
}

// Close implements [gateway.Link].
func (l *link) Close(why gateway.Disconnect) error {
	l.change(func() {
		if !l.closed {
			l.closed, l.waiting = true, nil
			l.session.send(frame.JSON(frame.Close, l.id, why))
		}
	})
	return nil
}
