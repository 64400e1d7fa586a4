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
	var n uint32
	switch fd := int32(args[0]); fd {
	case stdin: // at its end
	case ControlFD:
		// Reading is a sign of life: a scheduler that always finds work does not poll.
		g.alive()
		var failed errno
		if n, failed = g.readInput(memory, uint32(args[1]), uint32(args[2])); failed != success {
			return failed
		}
	default:
		return errBadFD
	}
	return put(memory, uint32(args[3]), n)
}

func (g *Guest) readInput(memory api.Memory, pointer, count uint32) (n uint32, failed errno) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.input) == 0 {
		return 0, errAgain
	}
	failed = vectors(memory, pointer, count, func(piece []byte) bool {
		copied := copy(piece, g.input)
		g.input = g.input[copied:]
		n += uint32(copied)
		return len(g.input) > 0
	})
	if len(g.input) == 0 {
		g.input = nil
	}
	signal(g.room)
	return n, failed
}

func (g *Guest) fdWrite(ctx context.Context, memory api.Memory, args []uint64) errno {
	if ctx.Err() != nil {
		panic(sys.NewExitError(exitStopped)) // a guest that only prints notices nothing else
	}
	var out func(p []byte)
	switch fd := int32(args[0]); fd {
	case stdout, stderr:
		out = func(p []byte) { g.options.Console(int(fd), p) }
	case ControlFD:
		out = g.control
	default:
		return errBadFD
	}
	var n uint32
	failed := vectors(memory, uint32(args[1]), uint32(args[2]), func(piece []byte) bool {
		out(piece)
		n += uint32(len(piece))
		return true
	})
	if failed != success {
		return failed
	}
	return put(memory, uint32(args[3]), n)
}

// control hands p over, or stops the guest.
func (g *Guest) control(p []byte) {
	if err := g.options.Control(p); err != nil {
		g.stop(err)
		panic(sys.NewExitError(exitStopped))
	}
}

// fdClose closes nothing: the control stream lives as long as the guest.
func (g *Guest) fdClose(_ context.Context, _ api.Memory, args []uint64) errno {
	if int32(args[0]) != ControlFD {
		return errBadFD
	}
	return success
}

func (g *Guest) fdStat(_ context.Context, memory api.Memory, args []uint64) errno {
	stat, ok := memory.Read(uint32(args[1]), 24)
	if !ok {
		return errFault
	}
	clear(stat)
	switch int32(args[0]) {
	case stdin, stdout, stderr:
		stat[0] = characterDevice
	case ControlFD:
		stat[0], stat[2] = streamSocket, nonBlocking
	default:
		return errBadFD
	}
	le.PutUint64(stat[8:], ^uint64(0)) // all rights
	return success
}

func (g *Guest) fdSetFlags(context.Context, api.Memory, []uint64) errno { return success }
