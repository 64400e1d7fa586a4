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
func (l *link) Open(id string) error {
	l.client.mu.Lock()
	l.open = true
	l.client.mu.Unlock()
	raw, err := json.Marshal(struct {
		SID string `json:"sid"`
	}{id})
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
func (l *link) Send(packets []*gateway.Packet) error {
	messages := make([]transport.Message, 0, len(packets))
	for _, p := range packets {
		header, err := l.encode(p)
		if err != nil {
			return err
		}
		if header == nil {
			continue
		}
		messages = append(messages, transport.Message{Data: header})
		if p.Err != nil { // a refusal has none
			continue
		}
		for _, a := range p.Attachments {
			messages = append(messages, transport.Message{Binary: true, Data: a})
		}
	}
	if len(messages) == 0 {
		return nil
	}
	return l.client.session.Send(messages...)
}

// encode writes a packet once for all sockets of the namespace, but with a codec of somebody else's, which may
// fail, for each.
func (l *link) encode(p *gateway.Packet) ([]byte, error) {
	if l.client.o.Codec == nil {
		return p.Encoded(l.format), nil
	}
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
