package guest

import (
	"log/slog"
	"sync"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// A link is a socket whose client the host holds.
type link struct {
	session *session
	id      uint32
	known   bool // to its client: it was opened elsewhere

	opened chan struct{} // closed when the namespace knows the socket
	over   chan struct{} // closed when the socket has ended

	in    chan arrival
	taken int           // what Receive has taken and not yet said; used by it alone
	empty chan struct{} // closed when all that has arrived before a drain is taken
	noted bool          // that it is; Receive's own

	gone chan struct{} // closed with the client
	why  gateway.Disconnect

	once   sync.Once
	closed chan struct{}
}

// An arrival is a packet and what it takes of the socket's window.
type arrival struct {
	packet *gateway.Packet
	cost   int
}

func newLink(s *session, id uint32) *link {
	return &link{
		session: s,
		id:      id,
		opened:  make(chan struct{}),
		over:    make(chan struct{}),
		empty:   make(chan struct{}),
		in:      make(chan arrival, frame.MaxInFlight),
		gone:    make(chan struct{}),
		closed:  make(chan struct{}),
	}
}

// Open implements [gateway.Link].
func (l *link) Open(id string) error {
	close(l.opened)
	if l.known {
		return nil
	}
	l.session.send(frame.Frame{Kind: frame.Open, Socket: l.id, Payload: []byte(id)})
	return nil
}

// Receive implements [gateway.Link]. What the client sent before it went comes first.
func (l *link) Receive() (*gateway.Packet, error) {
	for {
		select {
		case a := <-l.in:
			return l.take(a), nil
		default:
		}
		select {
		case a := <-l.in:
			return l.take(a), nil
		case <-l.drains():
			if len(l.in) == 0 {
				l.noted = true
				close(l.empty)
			}
		case <-l.gone:
			select {
			case a := <-l.in:
				return l.take(a), nil
			default:
				return nil, l.why
			}
		case <-l.closed:
			return nil, gateway.ErrClosed
		}
	}
}

// drains says that nothing more will arrive. It says so until that is noted.
func (l *link) drains() <-chan struct{} {
	if l.noted {
		return nil
	}
	return l.session.draining
}

// settle waits until all that has arrived is on its way to a handler. Where the client is gone, that
// is the end of the socket.
func (l *link) settle() {
	select {
	case <-l.gone:
		<-l.over
		return
	default:
	}
	select {
	case <-l.empty:
	case <-l.over:
	}
}

func (l *link) take(a arrival) *gateway.Packet {
	if l.taken += a.cost; l.taken >= frame.TakenEvery {
		l.session.send(frame.TakenFrame(l.id, l.taken))
		l.taken = 0
	}
	return a.packet
}

// Send implements [gateway.Link]. It never waits: the host bounds what a slow client may owe.
func (l *link) Send(packets []*gateway.Packet) error {
	frames := make([]frame.Frame, 0, len(packets))
	for _, p := range packets {
		payload := p.Encoded(frame.Format)
		if len(payload) > frame.MaxPayload {
			slog.Error("event too big, not sent", "event", p.Event, "bytes", len(payload), "limit", frame.MaxPayload)
			continue
		}
		frames = append(frames, frame.Frame{Kind: frame.Packet, Socket: l.id, Payload: payload})
	}
	l.session.send(frames...)
	return nil
}

// Close implements [gateway.Link].
func (l *link) Close(why gateway.Disconnect) error {
	l.once.Do(func() {
		close(l.closed)
		l.session.send(frame.JSON(frame.Close, l.id, why))
	})
	return nil
}
