package engineio

import (
	"sync"

	"wslab/server/transport"
)

// A carrier is the transport that carries a session at the time. It may give way to another.
type carrier struct {
	mu     sync.Mutex
	conn   transport.Conn
	moving bool      // from one conn to the next
	moved  sync.Cond // broadcast when it has
}

func (c *carrier) begin(conn transport.Conn) {
	c.conn, c.moved.L = conn, &c.mu
}

func (c *carrier) current() transport.Conn {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn
}

// steady returns the transport, and whether the session is not on the way to the next.
func (c *carrier) steady() (conn transport.Conn, steady bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.conn, !c.moving
}

// left reports whether the session has gone from conn to another transport, which it waits for.
func (c *carrier) left(conn transport.Conn) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.moving {
		c.moved.Wait()
	}
	return c.conn != conn
}

// depart has who is at the old transport wait for the next one.
func (c *carrier) depart() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.moving = true
}

func (c *carrier) arrive(conn transport.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn, c.moving = conn, false
	c.moved.Broadcast()
}

// inPacket is the packet that carries a message.
func inPacket(m transport.Message) transport.Message {
	return transport.Message{Binary: m.Binary, Data: Packet{Type: Message, Binary: m.Binary, Data: m.Data}.Append(nil)}
}
