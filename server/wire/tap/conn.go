package tap

import (
	"bytes"
	"errors"
	"io"
	"net"
	"syscall"

	"wslab/server/wire"
)

// A conn is an upgraded connection under a Line. The server holds one end of a pipe; a [flow] in each
// direction carries what crosses it between the other end and the network.
type conn struct {
	net.Conn // the server's end
	pipe     net.Conn
	network  net.Conn
	line     *Line
	up, down *flow
}

// open puts the line between the network and the server. What the client has sent early comes first.
func (l *Line) open(network net.Conn, early []byte, extension string) *conn {
	server, pipe := net.Pipe()
	c := &conn{Conn: server, pipe: pipe, network: network, line: l}
	early = bytes.Clone(early)
	l.mu.Lock()
	c.up = newFlow(c, true, extension, l.faults)
	c.down = newFlow(c, false, extension, l.faults)
	l.conn = c
	l.mu.Unlock()
	go c.up.run(io.MultiReader(bytes.NewReader(early), network), pipe)
	go c.down.run(pipe, network)
	return c
}

// LocalAddr implements [net.Conn].
func (c *conn) LocalAddr() net.Addr { return c.network.LocalAddr() }

// RemoteAddr implements [net.Conn].
func (c *conn) RemoteAddr() net.Addr { return c.network.RemoteAddr() }

// over ends what is left when a direction has ended and everything of it has arrived.
func (c *conn) over(w *flow) {
	switch {
	case !w.up:
		c.line.end(false, false)
		_ = c.network.Close()
	case c.isHalf(): // nobody tells the server: it will notice that no pong comes
	default:
		if !errors.Is(w.err, io.ErrClosedPipe) && !errors.Is(w.err, net.ErrClosed) { // else this side has ended it
			c.line.end(true, errors.Is(w.err, syscall.ECONNRESET))
		}
		_ = c.pipe.Close()
	}
}

func (c *conn) isHalf() bool {
	c.up.mu.Lock()
	defer c.up.mu.Unlock()
	return c.up.gate == half
}

// tear ends a direction whose receiver is gone.
func (c *conn) tear(w *flow) {
	if w.up {
		_ = c.network.Close()
	} else {
		_ = c.pipe.Close()
	}
}

// act does to the connection what happens after a frame, or what somebody asked for.
func (c *conn) act(a action, w *flow) {
	if a != nothing {
		c.line.add(wire.Entry{Kind: wire.Fault, Up: w.up, Faults: []string{string(a)}})
	}
	switch a {
	case fin, reset:
		if tcp, ok := c.network.(*net.TCPConn); ok && a == reset {
			_ = tcp.SetLinger(0)
		}
		c.line.end(false, a == reset)
		_ = c.network.Close()
		_ = c.pipe.Close()
	case half:
		c.up.shut(half)
		c.down.shut(half)
	case stall:
		w.shut(stall)
	}
}
