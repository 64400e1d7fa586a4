package wasi

import (
	"io"
	"net"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
)

// A tester is a guest whose calls the test makes, in the guest's stead.
type tester struct {
	*Guest
	t      *testing.T
	memory api.Memory
}

// onePage is a module that has a page of memory and nothing else.
var onePage = []byte("\x00asm\x01\x00\x00\x00" + "\x05\x03\x01\x00\x01" + "\x07\x0a\x01\x06memory\x02\x00")

// withGuest runs a test in a bubble. What is left of the guest at its end fails it.
func withGuest(t *testing.T, test func(t *testing.T, g *tester)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		runtime := wazero.NewRuntimeWithConfig(t.Context(), wazero.NewRuntimeConfigInterpreter())
		module, err := runtime.Instantiate(t.Context(), onePage)
		require.NoError(t, err)
		g := &tester{idleGuest(), t, module.Memory()}
		test(t, g)
		g.watchdog.Stop()
		g.end()
		require.NoError(t, runtime.Close(t.Context()))
	})
}

// end ends the guest, as its program's end does.
func (g *tester) end() {
	select {
	case <-g.done:
	default:
		close(g.done)
	}
}

// dial connects a stream and returns its other end, and the guest's descriptor.
func (g *tester) dial() (stream net.Conn, fd int32) {
	g.t.Helper()
	near, far := net.Pipe()
	require.NoError(g.t, g.Connect(far))
	fd, failed := g.accept()
	require.Equal(g.t, success, failed)
	return near, fd
}

const result = 60_000 // where in memory calls put their results

func (g *tester) accept() (int32, errno) {
	failed := g.sockAccept(g.t.Context(), g.memory, []uint64{ListenerFD, 0, result})
	fd, _ := g.memory.ReadUint32Le(result)
	return int32(fd), failed
}

// vector puts an iovec of size bytes at 0 whose buffer is at 8.
func (g *tester) vector(size int) {
	g.memory.WriteUint32Le(0, 8)
	g.memory.WriteUint32Le(4, uint32(size))
}

func (g *tester) fdReads(fd int32, size int) (string, errno) {
	g.vector(size)
	failed := g.fdRead(g.t.Context(), g.memory, []uint64{uint64(fd), 0, 1, result})
	if failed != success {
		return "", failed
	}
	n, _ := g.memory.ReadUint32Le(result)
	read, _ := g.memory.Read(8, n)
	return string(read), failed
}

func (g *tester) fdWrites(fd int32, p []byte) (n int, failed errno) {
	g.vector(len(p))
	g.memory.Write(8, p)
	if failed = g.fdWrite(g.t.Context(), g.memory, []uint64{uint64(fd), 0, 1, result}); failed != success {
		return 0, failed
	}
	written, _ := g.memory.ReadUint32Le(result)
	return int(written), failed
}

func (g *tester) closes(fd int32) errno {
	return g.fdClose(g.t.Context(), g.memory, []uint64{uint64(fd)})
}

// polled returns what poll_oneoff says at once of a descriptor, or errAgain where it would wait.
func (g *tester) polled(kind byte, fd int32) errno {
	events := make([]byte, eventSize)
	n, _ := g.ready(descriptor(1, kind, uint32(fd)), events, 0)
	if n == 0 {
		return errAgain
	}
	return errno(le.Uint16(events[8:]))
}

func TestAGuestAcceptsAConnectionAndHearsAndIsHeard(t *testing.T) {
	withGuest(t, func(t *testing.T, g *tester) {
		require.Equal(t, errAgain, g.polled(subRead, ListenerFD))
		near, far := net.Pipe()
		require.NoError(t, g.Connect(far))
		require.Equal(t, success, g.polled(subRead, ListenerFD))
		fd, failed := g.accept()
		require.Equal(t, success, failed)
		require.EqualValues(t, firstConn, fd)
		_, failed = g.accept()
		require.Equal(t, errAgain, failed, "there was one")

		require.Equal(t, errAgain, g.polled(subRead, fd))
		_, failed = g.fdReads(fd, 100)
		require.Equal(t, errAgain, failed)
		_, err := near.Write([]byte("hello"))
		require.NoError(t, err)
		synctest.Wait()
		require.Equal(t, success, g.polled(subRead, fd))
		heard, _ := g.fdReads(fd, 3)
		require.Equal(t, "hel", heard)
		heard, _ = g.fdReads(fd, 100)
		require.Equal(t, "lo", heard)

		n, _ := g.fdWrites(fd, []byte("goodbye"))
		require.Equal(t, 7, n)
		require.Equal(t, success, g.closes(fd))
		said, err := io.ReadAll(near)
		require.NoError(t, err)
		require.Equal(t, "goodbye", string(said), "what was written before the end arrives")
	})
}

func TestTheEndOfAStreamIsTheEndOfWhatTheGuestReads(t *testing.T) {
	withGuest(t, func(t *testing.T, g *tester) {
		near, fd := g.dial()
		_, err := near.Write([]byte("last"))
		require.NoError(t, err)
		require.NoError(t, near.Close())
		synctest.Wait()
		heard, _ := g.fdReads(fd, 100)
		require.Equal(t, "last", heard)
		heard, failed := g.fdReads(fd, 100)
		require.Equal(t, success, failed)
		require.Empty(t, heard)

		_, failed = g.fdWrites(fd, []byte("x"))
		require.Equal(t, success, failed, "that nobody takes it is known later")
		synctest.Wait()
		_, failed = g.fdWrites(fd, []byte("x"))
		require.Equal(t, errPipe, failed)
		require.Equal(t, success, g.closes(fd))
	})
}

func TestAGuestThatShutsItsEndHasClosedItForItsClient(t *testing.T) {
	withGuest(t, func(t *testing.T, g *tester) {
		near, fd := g.dial()
		g.fdWrites(fd, []byte("last"))
		require.Equal(t, success, g.sockShutdown(t.Context(), g.memory, []uint64{uint64(fd), shutWrite}))
		_, failed := g.fdWrites(fd, []byte("x"))
		require.Equal(t, errPipe, failed)
		said, _ := io.ReadAll(near)
		require.Equal(t, "last", string(said))
	})
}

func TestAGuestThatDoesNotReadHoldsUpItsClient(t *testing.T) {
	withGuest(t, func(t *testing.T, g *tester) {
		near, fd := g.dial()
		written := make(chan int)
		go func() {
			n, _ := near.Write(make([]byte, 1<<20))
			written <- n
		}()
		synctest.Wait()
		require.LessOrEqual(t, len(g.conns[fd].in.bytes), 2*maxQueued)
		total := 0
		for total < 1<<20 {
			heard, failed := g.fdReads(fd, 50_000)
			if failed == errAgain {
				g.burst = 0 // as a poll does
				synctest.Wait()
			}
			total += len(heard)
		}
		require.Equal(t, 1<<20, <-written)
		require.NoError(t, near.Close())
	})
}

func TestAClientThatDoesNotReadHoldsUpTheGuest(t *testing.T) {
	withGuest(t, func(t *testing.T, g *tester) {
		near, fd := g.dial()
		g.fdWrites(fd, make([]byte, 1000))
		synctest.Wait() // in vain: the client does not take it
		n, failed := g.fdWrites(fd, make([]byte, 50_000))
		require.Equal(t, success, failed)
		require.Equal(t, maxQueued, n, "as much as there is room for")
		require.Equal(t, errAgain, g.polled(subWrite, fd))
		_, failed = g.fdWrites(fd, make([]byte, 1))
		require.Equal(t, errAgain, failed)

		begun := make(chan struct{})
		go func() {
			_, _ = io.ReadFull(near, make([]byte, 1000))
			close(begun)
		}()
		g.park(t.Context(), forever) // is woken when there is room
		<-begun
		require.Equal(t, success, g.polled(subWrite, fd))
		require.NoError(t, near.Close())
	})
}

func TestAGuestThatAlwaysFindsWorkMustPoll(t *testing.T) {
	withGuest(t, func(t *testing.T, g *tester) {
		near, fd := g.dial()
		go func() { _, _ = io.Copy(io.Discard, near) }()
		for size, calls := range map[int]int{1: maxBurst / leastBurst, 16 << 10: 4} {
			g.burst = 0 // as after a poll
			for range calls {
				_, failed := g.fdWrites(fd, make([]byte, size))
				require.Equal(t, success, failed)
				synctest.Wait()
			}
			_, failed := g.fdWrites(fd, make([]byte, size))
			require.Equal(t, errAgain, failed)
		}
		require.Equal(t, success, g.polled(subWrite, fd), "it need not wait")
		require.NoError(t, near.Close())
	})
}

func TestAGuestHasNoMoreConnectionsThanItMay(t *testing.T) {
	withGuest(t, func(t *testing.T, g *tester) {
		_, first := g.dial()
		for range maxConns - 1 {
			_, far := net.Pipe()
			require.NoError(t, g.Connect(far))
		}
		_, far := net.Pipe()
		require.ErrorIs(t, g.Connect(far), ErrBusy)
		require.Equal(t, success, g.closes(first))
		require.NoError(t, g.Connect(far))
		require.Len(t, g.backlog, maxConns)
	})
}

func TestTheEndOfAGuestIsTheEndOfItsConnections(t *testing.T) {
	withGuest(t, func(t *testing.T, g *tester) {
		near, fd := g.dial()
		g.fdWrites(fd, []byte("last words"))
		waiting, far := net.Pipe()
		require.NoError(t, g.Connect(far))
		g.end()
		said, err := io.ReadAll(near)
		require.NoError(t, err)
		require.Equal(t, "last words", string(said))
		said, err = io.ReadAll(waiting)
		require.NoError(t, err)
		require.Empty(t, said)
		require.ErrorIs(t, g.Connect(far), ErrEnded)
	})
}

func TestAGuestSeesNoDescriptorButItsOwn(t *testing.T) {
	withGuest(t, func(t *testing.T, g *tester) {
		_, far := net.Pipe()
		require.NoError(t, g.Connect(far))
		for _, fd := range []int32{-1, firstConn, firstConn + 1, 1000} {
			g.expectNothing(fd)
		}
		fd, _ := g.accept()
		require.Equal(t, success, g.closes(fd))
		g.expectNothing(fd)
	})
}

func (g *tester) expectNothing(fd int32) {
	g.t.Helper()
	_, read := g.fdReads(fd, 1)
	_, write := g.fdWrites(fd, []byte("x"))
	stat := g.fdStat(g.t.Context(), g.memory, []uint64{uint64(fd), 0})
	shut := g.sockShutdown(g.t.Context(), g.memory, []uint64{uint64(fd), shutWrite})
	for _, failed := range []errno{read, write, stat, shut, g.closes(fd), g.polled(subRead, fd), g.polled(subWrite, fd)} {
		require.Equal(g.t, errBadFD, failed, "descriptor %d", fd)
	}
}
