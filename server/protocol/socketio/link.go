package socketio

import (
	"encoding/json"
	"sync"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// A link is one client in one namespace.
type link struct {
	client *client
	format Format

	in     chan *gateway.Packet // unbuffered: the namespace always reads
	gone   chan struct{}        // closed when the client has left
	why    gateway.Disconnect   // read after gone
	leave  sync.Once
	closed chan struct{} // closed by the namespace
	open   bool          // guarded by client.mu
}

var (
	_ gateway.Link    = (*link)(nil)
	_ gateway.Phraser = (*link)(nil)
)

func newLink(c *client, namespace string) *link {
	return &link{client: c, format: Format{namespace}, in: make(chan *gateway.Packet), gone: make(chan struct{}), closed: make(chan struct{})}
}

// Open implements [gateway.Link]. From the moment the client may know, it may speak.
func (l *link) Open(o gateway.Opened) error {
	l.client.mu.Lock()
	l.open = true
	l.client.mu.Unlock()
	raw, err := json.Marshal(struct {
		SID string `json:"sid"`
		PID string `json:"pid,omitempty"` // the one it has presented tells a client that it is recovered
	}{o.ID, o.PID})
	if err != nil {
		return err
	}
	return l.client.send(&Packet{Type: Connect, Namespace: l.format.Namespace, Data: raw})
}

// Receive implements [gateway.Link].
func (l *link) Receive() (*gateway.Packet, error) {
	select {
	case p := <-l.in:
		return p, nil
	default:
	}
	select {
	case p := <-l.in:
		return p, nil
	case <-l.gone:
		return nil, l.why
	case <-l.closed:
		return nil, gateway.ErrClosed
	}
}

// push hands a packet to the namespace, unless that is done with the client.
func (l *link) push(p *gateway.Packet) {
	select {
	case l.in <- p:
	case <-l.closed:
	}
}

// left says how the client went.
func (l *link) left(why gateway.Disconnect) {
	l.leave.Do(func() {
		l.why = why
		close(l.gone)
	})
}

// Send implements [gateway.Link]. A packet and its attachments stay together, whoever else sends.
func (l *link) Send(batch *gateway.Batch) (rest func() error, err error) {
	joined, err := l.join(batch)
	if err != nil || len(joined.Messages) == 0 {
		return nil, err
	}
	return l.client.session.BeginSend(joined)
}

// join writes a batch once for all sockets of the namespace, but with a codec of somebody else's, which may
// fail, for each.
func (l *link) join(batch *gateway.Batch) (*transport.Batch, error) {
	if l.client.o.Codec != nil {
		return messages(batch.Packets, l.encode)
	}
	joined := batch.In(l.format, func(packets []*gateway.Packet) any {
		joined, err := messages(packets, func(p *gateway.Packet) ([]byte, error) { return p.Encoded(l.format), nil })
		if err != nil {
			panic(err) // our own codec writes whatever it is given
		}
		return joined
	})
	return joined.(*transport.Batch), nil
}

// messages are packets, each followed by its attachments. What the protocol has no packet for is left out.
func messages(packets []*gateway.Packet, encode func(*gateway.Packet) ([]byte, error)) (*transport.Batch, error) {
	b := &transport.Batch{Messages: make([]transport.Message, 0, len(packets))}
	for _, p := range packets {
		header, err := encode(p)
		if err != nil {
			return nil, err
		}
		if header == nil {
			continue
		}
		b.Messages = append(b.Messages, transport.Message{Data: header})
		if p.Err != nil { // a refusal has none
			continue
		}
		for _, a := range p.Attachments {
			b.Messages = append(b.Messages, transport.Message{Binary: true, Data: a})
		}
	}
	return b, nil
}

func (l *link) encode(p *gateway.Packet) ([]byte, error) {
	out := l.format.packet(p)
	if out == nil {
		return nil, nil
	}
	return l.client.encode(out)
}

// Close implements [gateway.Link]: a client that has not left is told that it is no longer in the namespace.
// Some reasons end its connection.
func (l *link) Close(why gateway.Disconnect) error {
	close(l.closed)
	select {
	case <-l.gone:
		return nil
	default:
	}
	if fatal(why) {
		return l.client.session.Close(why.Code, why.Reason)
	}
	return l.client.send(&Packet{Type: Disconnect, Namespace: l.format.Namespace})
}

// Phrase implements [gateway.Phraser].
func (l *link) Phrase(why gateway.Disconnect) gateway.Disconnect { return phrase(why) }
