package wasi

import (
	"context"
	"errors"
	"io"

	"github.com/tetratelabs/wazero/api"
)

const (
	// ListenerFD is the descriptor of the listener.
	ListenerFD = 4
	// firstConn is the descriptor of the first connection.
	firstConn = 5

	// maxConns is how many connections a guest may have, those counted that it has not accepted yet.
	maxConns = 256
	// maxQueued is how many bytes may wait in either direction of a connection.
	maxQueued = 32 << 10
	// maxBurst is how many bytes a guest may move before it must poll, each call counted as leastBurst or
	// more: a goroutine that always finds its connection ready would let no other run.
	maxBurst   = 64 << 10
	leastBurst = 4 << 10
)

// ErrBusy is returned by Connect where the guest has as many connections as it may.
var ErrBusy = errors.New("wasi: the guest has too many connections")

// A conn is a connection between the guest and one of the host's streams. The guest never waits in it:
// between them stand two queues, which two goroutines empty and fill.
type conn struct {
	in, out queue // to the guest, and from it
	gone    bool  // the host's stream takes nothing more
}

// Connect gives the guest's listener a connection whose other end is stream. The stream is closed once
// the guest has closed its end, or only the half that it writes to, or has ended itself, and everything
// that it wrote is written. An error of the stream, its end too, is the end of what the guest reads.
func (g *Guest) Connect(stream io.ReadWriteCloser) error {
	c := &conn{in: newQueue(maxQueued), out: newQueue(maxQueued)}
	g.mu.Lock()
	defer g.mu.Unlock()
	select {
	case <-g.done:
		return ErrEnded
	default:
	}
	if len(g.backlog)+len(g.conns) >= maxConns {
		return ErrBusy
	}
	g.backlog = append(g.backlog, c)
	signal(g.wake)
	go g.feed(c, stream)
	go g.drain(c, stream)
	return nil
}

// feed passes on what the host's stream says until its end, or that of the connection.
func (g *Guest) feed(c *conn, stream io.Reader) {
	buffer := make([]byte, maxQueued/2)
	for {
		n, err := stream.Read(buffer)
		if g.fill(context.Background(), &c.in, buffer[:n]) != nil {
			return
		}
		if err != nil {
			g.change(func() { c.in.ended = true })
			return
		}
	}
}

// drain writes what the guest says to the host's stream until nothing more can come.
func (g *Guest) drain(c *conn, stream io.WriteCloser) {
	defer stream.Close()
	for {
		batch, more := g.take(&c.out)
		if len(batch) == 0 && !more {
			return
		}
		if _, err := stream.Write(batch); err != nil {
			g.change(func() { c.gone = true })
			return
		}
	}
}

// change does what the guest may be waiting for.
func (g *Guest) change(f func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	f()
	signal(g.wake)
}

func (g *Guest) sockAccept(_ context.Context, memory api.Memory, args []uint64) errno {
	if int32(args[0]) != ListenerFD {
		return errBadFD
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.backlog) == 0 {
		return errAgain
	}
	if failed := put(memory, uint32(args[2]), uint32(g.nextFD)); failed != success {
		return failed
	}
	g.conns[g.nextFD] = g.backlog[0]
	g.nextFD++
	g.backlog = g.backlog[1:]
	return success
}

// shutWrite is the flag of sock_shutdown that says that no more will be written.
const shutWrite = 2

func (g *Guest) sockShutdown(_ context.Context, _ api.Memory, args []uint64) errno {
	g.mu.Lock()
	defer g.mu.Unlock()
	c, known := g.conns[int32(args[0])]
	if !known {
		return errBadFD
	}
	if args[1]&shutWrite != 0 {
		c.out.end()
	}
	return success
}

// send takes from the guest what there is room for. The lock is held.
func (g *Guest) send(c *conn, memory api.Memory, pointer, count uint32) (n uint32, failed errno) {
	switch {
	case c.gone || c.out.ended:
		return 0, errPipe
	case c.out.full() || g.burst >= maxBurst:
		return 0, errAgain
	}
	failed = vectors(memory, pointer, count, func(piece []byte) bool {
		n += uint32(c.out.add(piece))
		return !c.out.full()
	})
	g.burst += max(int(n), leastBurst)
	return n, failed
}

// fdClose ends a connection. The control stream and the listener live as long as the guest.
func (g *Guest) fdClose(_ context.Context, _ api.Memory, args []uint64) errno {
	fd := int32(args[0])
	g.mu.Lock()
	defer g.mu.Unlock()
	if c, known := g.conns[fd]; known {
		delete(g.conns, fd)
		c.in.end()
		c.out.end()
		return success
	}
	if fd == ControlFD || fd == ListenerFD {
		return success
	}
	return errBadFD
}
