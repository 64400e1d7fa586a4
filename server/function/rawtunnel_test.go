package function

import (
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/function/wasi"
	"wslab/server/gateway"
)

// serverFrame is a final frame as a server sends it, of less than 126 bytes.
func serverFrame(opcode byte, payload string) []byte {
	return append([]byte{0x80 | opcode, byte(len(payload))}, payload...)
}

// digging runs a test with a tunnel in a bubble: its guest's end, and what replaces the guest.
func digging(t *testing.T, test func(t *testing.T, tunnel *tunnel, guest net.Conn, replace func())) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		near, guest := net.Pipe()
		moving, replace := context.WithCancel(t.Context())
		defer replace()
		x := &exchange{
			function: &Function{},
			in:       &instance{guest: &wasi.Guest{}, moving: moving},
			control:  http.NewResponseController(httptest.NewRecorder()),
			near:     near,
		}
		test(t, &tunnel{ReadWriteCloser: near, exchange: x}, guest, replace)
		_ = near.Close()
	})
}

// heard reads all that passes through the tunnel.
func heard(tunnel *tunnel) <-chan string {
	all := make(chan string, 1)
	go func() {
		read, _ := io.ReadAll(tunnel)
		all <- string(read)
	}()
	return all
}

func TestAFrameIsFinishedBeforeItsReplacedGuestIsClosed(t *testing.T) {
	digging(t, func(t *testing.T, tunnel *tunnel, guest net.Conn, replace func()) {
		all := heard(tunnel)
		hello, later := serverFrame(1, "hello"), serverFrame(1, "later")
		_, _ = guest.Write(hello)
		_, _ = guest.Write(hello[:4])
		replace()
		synctest.Wait()
		require.Empty(t, all)
		_, _ = guest.Write(append(hello[4:], later...))
		require.Equal(t, string(hello)+string(hello)+string(closeFrame(NewVersion)), <-all)
	})
}

func TestAGuestThatSaysNothingIsClosedAtOnce(t *testing.T) {
	digging(t, func(t *testing.T, tunnel *tunnel, _ net.Conn, replace func()) {
		all, begun := heard(tunnel), time.Now()
		synctest.Wait()
		replace()
		require.Equal(t, string(closeFrame(NewVersion)), <-all)
		require.Equal(t, begun, time.Now())
	})
}

func TestAFrameThatDoesNotEndIsCut(t *testing.T) {
	digging(t, func(t *testing.T, tunnel *tunnel, guest net.Conn, replace func()) {
		all, begun := heard(tunnel), time.Now()
		half := serverFrame(1, "hello")[:4]
		_, _ = guest.Write(half)
		replace()
		require.Equal(t, string(half), <-all, "a close frame would be taken for the rest")
		require.Equal(t, farewellTimeout, time.Since(begun))
	})
}

func TestNothingIsAddedToWhatAHandlerEndsItself(t *testing.T) {
	for name, last := range map[string][]byte{"a close frame": serverFrame(8, "\x03\xe8"), "a message": serverFrame(1, "hello")} {
		digging(t, func(t *testing.T, tunnel *tunnel, guest net.Conn, replace func()) {
			all := heard(tunnel)
			_, _ = guest.Write(last)
			_ = guest.Close()
			require.Equal(t, string(last), <-all, name)
		})
	}
	digging(t, func(t *testing.T, tunnel *tunnel, guest net.Conn, replace func()) {
		all, last := heard(tunnel), serverFrame(8, "\x03\xe8")
		_, _ = guest.Write(last)
		replace()
		require.Equal(t, string(last), <-all, "one close frame is enough")
	})
}

func TestWhatAClientSaysToAGuestThatIsGoneIsNoError(t *testing.T) {
	digging(t, func(t *testing.T, tunnel *tunnel, guest net.Conn, _ func()) {
		_ = guest.Close()
		n, err := tunnel.Write([]byte("hello"))
		require.NoError(t, err)
		require.Equal(t, 5, n)
	})
}

// follow returns how long each frame in p is, read in pieces of size bytes, and what is left over.
func follow(p []byte, size int) (lengths []int, f frames) {
	length := 0
	for len(p) > 0 {
		piece := p[:min(size, len(p))]
		p = p[len(piece):]
		for len(piece) > 0 {
			n := f.next(piece)
			piece = piece[n:]
			if length += n; f.whole() {
				lengths, length = append(lengths, length), 0
			}
		}
	}
	return lengths, f
}

func TestFramesOfEveryLengthAreFollowed(t *testing.T) {
	long := append([]byte{0x02, 126, 1, 0}, make([]byte, 256)...)
	longer := append([]byte{0x80, 127, 0, 0, 0, 0, 0, 1, 0, 0}, make([]byte, 65536)...)
	masked := []byte{0x81, 0x82, 1, 2, 3, 4, 'h', 'i'}
	all := bytes.Join([][]byte{serverFrame(1, ""), long, longer, masked, closeFrame(gateway.GoingAway), {0x81, 5, 'h'}}, nil)
	for _, size := range []int{1, 3, 1000, len(all)} {
		lengths, f := follow(all, size)
		require.Equal(t, []int{2, 260, 65546, 8, 4 + len(gateway.GoingAway.Reason)}, lengths)
		require.True(t, f.closed)
		require.False(t, f.whole())
	}
}

func FuzzFramesEndWhereTheyDoHoweverTheyArrive(f *testing.F) {
	f.Add(serverFrame(1, "hello"), 2)
	f.Add([]byte{0x82, 126, 0, 1, 'x', 0x88, 0}, 3)
	f.Add([]byte{0x82, 127, 255, 255, 255, 255, 255, 255, 255, 255, 'x'}, 4)
	f.Fuzz(func(t *testing.T, p []byte, size int) {
		if size < 1 {
			return
		}
		whole, at := follow(p, len(p)+1)
		pieces, also := follow(p, size)
		require.Equal(t, whole, pieces)
		require.Equal(t, at.closed, also.closed)
		require.Equal(t, at.whole(), also.whole())
	})
}
