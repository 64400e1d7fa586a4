package wasi

import (
	"context"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

const (
	stdin  = 0
	stdout = 1
	stderr = 2

	characterDevice = 2
	streamSocket    = 6
	nonBlocking     = 4 // this flag is what makes os.NewFile use Go's poller
)

func (g *Guest) fdRead(_ context.Context, memory api.Memory, args []uint64) errno {
	n, failed := g.read(int32(args[0]), memory, uint32(args[1]), uint32(args[2]))
	if failed != success {
		return failed
	}
	return put(memory, uint32(args[3]), n)
}

func (g *Guest) read(fd int32, memory api.Memory, pointer, count uint32) (n uint32, failed errno) {
	if fd == stdin {
		return 0, success // it is at its end
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	q := g.readable(fd)
	if q == nil {
		return 0, errBadFD
	}
	// Reading is a sign of life: a scheduler that always finds work does not poll.
	g.alive()
	switch {
	case len(q.bytes) == 0 && q.ended:
		return 0, success
	case len(q.bytes) == 0 || fd != ControlFD && g.burst >= maxBurst:
		return 0, errAgain
	}
	failed = vectors(memory, pointer, count, func(piece []byte) bool {
		n += uint32(q.read(piece))
		return len(q.bytes) > 0
	})
	if fd != ControlFD {
		g.burst += max(int(n), leastBurst)
	}
	return n, failed
}

// readable returns what the guest reads from a descriptor, or nil where there is none. The lock is held.
func (g *Guest) readable(fd int32) *queue {
	if fd == ControlFD {
		return &g.input
	}
	if c, known := g.conns[fd]; known {
		return &c.in
	}
	return nil
}

func (g *Guest) fdWrite(ctx context.Context, memory api.Memory, args []uint64) errno {
	if ctx.Err() != nil {
		panic(sys.NewExitError(exitStopped)) // a guest that only prints notices nothing else
	}
	n, failed := g.write(int32(args[0]), memory, uint32(args[1]), uint32(args[2]))
	if failed != success {
		return failed
	}
	return put(memory, uint32(args[3]), n)
}

func (g *Guest) write(fd int32, memory api.Memory, pointer, count uint32) (n uint32, failed errno) {
	var out func(p []byte)
	switch fd {
	case stdout, stderr:
		out = func(p []byte) { g.options.Console(int(fd), p) }
	case ControlFD:
		out = g.control
	default:
		g.mu.Lock()
		defer g.mu.Unlock()
		if c, known := g.conns[fd]; known {
			return g.send(c, memory, pointer, count)
		}
		return 0, errBadFD
	}
	failed = vectors(memory, pointer, count, func(piece []byte) bool {
		piece = piece[:min(len(piece), maxWrite-int(n))]
		out(piece)
		n += uint32(len(piece))
		return n < maxWrite
	})
	return n, failed
}

// maxWrite is how many bytes one call writes at most: the host looks only between calls whether the guest
// is to stop.
const maxWrite = 1 << 20

// control hands p over, or stops the guest.
func (g *Guest) control(p []byte) {
	if err := g.options.Control(p); err != nil {
		g.stop(err)
		panic(sys.NewExitError(exitStopped))
	}
}

func (g *Guest) fdStat(_ context.Context, memory api.Memory, args []uint64) errno {
	stat, ok := memory.Read(uint32(args[1]), 24)
	if !ok {
		return errFault
	}
	clear(stat)
	switch fd := int32(args[0]); fd {
	case stdin, stdout, stderr:
		stat[0] = characterDevice
	default:
		if !g.socket(fd) {
			return errBadFD
		}
		stat[0], stat[2] = streamSocket, nonBlocking
	}
	le.PutUint64(stat[8:], ^uint64(0)) // all rights
	return success
}

// socket reports whether fd is one that joins Go's poller.
func (g *Guest) socket(fd int32) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return fd == ListenerFD || g.readable(fd) != nil
}

func (g *Guest) fdSetFlags(context.Context, api.Memory, []uint64) errno { return success }
