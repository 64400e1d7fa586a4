package polling

import (
	"context"
	"errors"
	"sync"
	"time"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
)

// closeTimeout is how long a client may take to fetch what is left for it, once its session has ended.
const closeTimeout = 5 * time.Second

// Why a request is refused that meets another, or none that it could belong to.
var (
	errOverlap = errors.New("two polls at a time")
	errGone    = errors.New("the session has ended")
)

// maxWaiting is how many bytes may wait for the next poll before Write does, too. What is written together,
// and all else that waits, leaves together.
const maxWaiting = 64 << 10

// A conn is a client that polls. Each of its messages is a packet.
type conn struct {
	in chan transport.Message // unbuffered: a POST is answered when all it brought has been read

	mu       sync.Mutex
	changed  sync.Cond
	waiting  []transport.Message
	size     int  // of what waits, in bytes
	polling  bool // a GET waits
	posting  bool
	probed   bool // the client upgrades: a poll that finds nothing is soon answered
	released bool // a poll that waits is answered
	moved    bool // to another transport
	farewell bool // a client that has left may fetch one more answer
	closing  bool // nothing further is taken
	failed   *gateway.Disconnect
	closed   chan struct{}
	told     chan struct{} // closed when the close packet has been fetched
}

var (
	_ transport.Conn  = (*conn)(nil)
	_ engineio.Polled = (*conn)(nil)
)

func newConn() *conn {
	c := &conn{in: make(chan transport.Message), closed: make(chan struct{}), told: make(chan struct{})}
	c.changed.L = &c.mu
	return c
}

// Read implements [transport.Conn].
func (c *conn) Read(ctx context.Context) (transport.Message, error) {
	select {
	case m := <-c.in:
		return m, nil
	case <-c.closed:
		return transport.Message{}, c.why()
	case <-ctx.Done():
		return transport.Message{}, ctx.Err()
	}
}

func (c *conn) why() gateway.Disconnect {
	c.mu.Lock()
	defer c.mu.Unlock()
	return *c.failed
}

// Write implements [transport.Conn]. After an error no message was taken.
func (c *conn) Write(messages ...transport.Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.size >= maxWaiting && !c.closing {
		c.changed.Wait()
	}
	if c.closing {
		return errGone
	}
	c.take(messages)
	return nil
}

// take keeps messages for the next poll. The lock is held.
func (c *conn) take(messages []transport.Message) {
	c.waiting = append(c.waiting, messages...)
	for _, m := range messages {
		c.size += len(m.Data)
	}
	c.changed.Broadcast()
}

// Begin implements [transport.Prompt].
func (c *conn) Begin(b *transport.Batch) (rest func() error, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closing:
		return nil, errGone
	case c.size >= maxWaiting:
		return func() error { return c.Write(b.Messages...) }, nil
	}
	c.take(b.Messages)
	return nil, nil
}

// Close implements [transport.Conn]: the client is told at its next poll, which may take some seconds to come.
// Code 1006, and [gateway.PingTimeout] for a client that has not been there for long, end a poll that waits with
// nothing, and so does 1000, of a client that has said goodbye: its poll may also be still on the way.
func (c *conn) Close(code int, reason string) error {
	why := gateway.Disconnect{Code: code, Reason: reason}
	if code == gateway.ClientLeft.Code || code == gateway.ConnectionLost.Code || why == gateway.PingTimeout {
		c.cut(why)
		return nil
	}
	c.fail(why)
	timeout := time.NewTimer(closeTimeout)
	defer timeout.Stop()
	select {
	case <-c.told:
	case <-timeout.C:
		c.cut(why)
	}
	return nil
}

// fail ends the connection with why: after all that waits, a poll brings a close packet.
func (c *conn) fail(why gateway.Disconnect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closing {
		c.waiting = append(c.waiting, transport.Message{Data: engineio.Packet{Type: engineio.Close}.Append(nil)})
	}
	c.end(why)
}

// cut ends the connection with why and without a word. A poll that is about to bring something still does.
func (c *conn) cut(why gateway.Disconnect) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.polling {
		c.waiting = nil
		c.farewell = c.farewell || why.Code == gateway.ClientLeft.Code
	}
	c.released = true
	c.end(why)
}

// end ends the connection; the first reason counts. The lock is held.
func (c *conn) end(why gateway.Disconnect) {
	if c.failed == nil {
		c.failed = &why
		close(c.closed)
	}
	c.closing = true
	c.changed.Broadcast()
}

// Rest implements [engineio.Polled]: nothing more is taken here, and what waits goes elsewhere.
func (c *conn) Rest() []transport.Message {
	c.mu.Lock()
	defer c.mu.Unlock()
	rest := c.waiting
	c.waiting, c.moved = nil, true
	c.end(gateway.ConnectionLost)
	return rest
}

// takeover is how long a poll may still wait once the client upgrades: its 5 may be here in a moment.
const takeover = 100 * time.Millisecond

// Release implements [engineio.Polled].
func (c *conn) Release() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probed = true
	time.AfterFunc(takeover, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.released = c.released || c.probed
		c.changed.Broadcast()
	})
}

// Hold implements [engineio.Polled].
func (c *conn) Hold() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.probed, c.released = false, c.closing
}

// poll waits for what is to go to the client, one at a time. One that is cancelled ends the session.
func (c *conn) poll(ctx context.Context) ([]engineio.Packet, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.polling {
		return nil, errOverlap
	}
	if c.closing && len(c.waiting) == 0 {
		if c.farewell {
			c.farewell = false
			return c.fetch(), nil
		}
		return nil, errGone
	}
	c.polling = true
	defer func() { c.polling = false }()
	late := c.probed
	if late {
		defer time.AfterFunc(takeover, func() {
			c.mu.Lock()
			defer c.mu.Unlock()
			late = false
			c.changed.Broadcast()
		}).Stop()
	}
	defer context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.changed.Broadcast()
	})()
	for len(c.waiting) == 0 && !c.moved && (late && !c.closing || !late && !c.released) && ctx.Err() == nil {
		c.changed.Wait()
	}
	if ctx.Err() != nil {
		c.end(engineio.TransportClose)
		return nil, ctx.Err()
	}
	if c.moved {
		return nil, errGone
	}
	return c.fetch(), nil
}

// fetch returns what waits, or else that nothing does. The lock is held.
func (c *conn) fetch() []engineio.Packet {
	if len(c.waiting) == 0 {
		return []engineio.Packet{{Type: engineio.Noop}}
	}
	packets := make([]engineio.Packet, 0, len(c.waiting))
	for _, m := range c.waiting {
		p, err := engineio.Decode(m.Data, m.Binary)
		if err != nil { // a session sends packets
			panic(err)
		}
		packets = append(packets, p)
	}
	c.waiting, c.size = nil, 0
	if c.closing {
		close(c.told)
	}
	c.changed.Broadcast()
	return packets
}

// owes reports whether a client that has left may still have a poll on the way.
func (c *conn) owes() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.farewell
}

// post hands the packets of one request over, one request at a time.
func (c *conn) post(packets []engineio.Packet) error {
	c.mu.Lock()
	overlap := c.posting
	c.posting = true
	c.mu.Unlock()
	if overlap {
		return errOverlap
	}
	defer func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.posting = false
	}()
	for _, p := range packets {
		m := transport.Message{Binary: p.Binary, Data: p.Append(nil)}
		select {
		case c.in <- m:
		case <-c.closed:
			return errGone
		}
	}
	return nil
}
