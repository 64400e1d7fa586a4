package tap

import (
	"bytes"
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
	"time"

	"wslab/server/wire"
)

// linger is how long what the server has sent before it closed the connection may still arrive.
const linger = 10 * time.Second

// A conn is an upgraded connection under a Line, as the server holds it. A [flow] in each direction carries
// what crosses it between the server and the network, through a pipe of its own: as with TCP, the server may
// go on writing when the client has sent its last.
type conn struct {
	line     *Line
	network  net.Conn
	up, down *flow
	in, out  net.Conn // where the server reads and writes

	dead chan struct{} // closed when nothing gets through any more
	kill func()        // closes it, and the network

	mu    sync.Mutex
	ended bool // by the client
	reset bool // with an RST
}

var _ net.Conn = (*conn)(nil)

// open puts the line between the network and the server. What the client has sent early comes first.
func (l *Line) open(network net.Conn, early []byte, extension string) *conn {
	in, upper := net.Pipe()
	out, lower := net.Pipe()
	c := &conn{line: l, network: network, in: in, out: out, dead: make(chan struct{})}
	c.kill = sync.OnceFunc(func() {
		close(c.dead)
		_ = network.Close()
		_ = upper.Close()
		_ = lower.Close()
	})
	early = bytes.Clone(early)
	l.mu.Lock()
	c.up = newFlow(c, true, extension, l.faults)
	c.down = newFlow(c, false, extension, l.faults)
	l.conn = c
	l.mu.Unlock()
	go c.up.run(io.MultiReader(bytes.NewReader(early), network), upper, func(err error) {
		c.clientEnded(err)
		c.up.wait(time.Time{}) // nobody tells the server while the connection is half open
		_ = upper.Close()
	})
	go c.down.run(lower, network, func(error) {
		c.mu.Lock()
		byClient, reset := c.ended, c.reset
		c.mu.Unlock()
		l.end(byClient, reset)
		c.kill()
	})
	return c
}

// clientEnded notes how the client ended the connection, if it was the client.
func (c *conn) clientEnded(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.ended && !errors.Is(err, net.ErrClosed) {
		c.ended = true
		c.reset = errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE)
	}
}

// refused ends what a flow has found nobody at the end of.
func (c *conn) refused(w *flow, err error) {
	if !w.up { // else the server has closed its end, and down ends the rest
		c.clientEnded(err)
		c.kill()
	}
}

// act does to the connection what happens before a frame, or what somebody asked for.
func (c *conn) act(a action, w *flow) {
	if a == nothing || c.isDead() {
		return
	}
	c.line.add(wire.Entry{Kind: wire.Fault, Up: w.up, Faults: []string{string(a)}})
	switch a {
	case fin, reset:
		if tcp, ok := c.network.(*net.TCPConn); ok && a == reset {
			_ = tcp.SetLinger(0)
		}
		c.line.end(false, a == reset)
		c.kill()
	case half:
		c.up.shut(half)
		c.down.shut(half)
	case stall:
		w.shut(stall)
	}
}

func (c *conn) isDead() bool {
	select {
	case <-c.dead:
		return true
	default:
		return false
	}
}

// Read implements [net.Conn].
func (c *conn) Read(b []byte) (int, error) { return c.in.Read(b) }

// Write implements [net.Conn].
func (c *conn) Write(b []byte) (int, error) { return c.out.Write(b) }

// Close implements [net.Conn]. What was written before still arrives, for some seconds.
func (c *conn) Close() error {
	time.AfterFunc(linger, c.kill)
	_ = c.in.Close()
	return c.out.Close()
}

// LocalAddr implements [net.Conn].
func (c *conn) LocalAddr() net.Addr { return c.network.LocalAddr() }

// RemoteAddr implements [net.Conn].
func (c *conn) RemoteAddr() net.Addr { return c.network.RemoteAddr() }

// SetDeadline implements [net.Conn].
func (c *conn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

// SetReadDeadline implements [net.Conn].
func (c *conn) SetReadDeadline(t time.Time) error { return c.in.SetReadDeadline(t) }

// SetWriteDeadline implements [net.Conn].
func (c *conn) SetWriteDeadline(t time.Time) error { return c.out.SetWriteDeadline(t) }
