package baseline

import (
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// connected is two ends of a connection.
func connected(t *testing.T) (near, far net.Conn) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	near, err = net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	far, err = listener.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { near.Close(); far.Close() })
	require.NoError(t, far.SetDeadline(time.Now().Add(20*time.Second)))
	return near, far
}

func TestWhatIsPendingIsJoinedOnceForEverybody(t *testing.T) {
	l := &limit{some: make(chan struct{}, 1)}
	for _, text := range []string{"one", "two", "three"} {
		l.publish([]byte(text))
	}
	var heard []net.Conn
	for range 2 {
		near, far := connected(t)
		w, err := newWire(near)
		require.NoError(t, err)
		l.join(&seat{wire: w})
		_, err = io.ReadFull(far, make([]byte, len(appendFrame(nil, []byte(greeting)))))
		require.NoError(t, err)
		heard = append(heard, far)
	}
	go l.flush(t.Context())
	want := "\x81\x03one\x81\x03two\x81\x05three"
	for _, far := range heard {
		b := make([]byte, 100)
		n, err := far.Read(b)
		require.NoError(t, err)
		require.Equal(t, want, string(b[:n]), "one write has all")
	}
}

func TestWhatAFullSocketDoesNotTakeFollowsInOrder(t *testing.T) {
	near, far := connected(t)
	w, err := newWire(near)
	require.NoError(t, err)
	require.NoError(t, near.(*net.TCPConn).SetWriteBuffer(4<<10))
	long := make([]byte, maxBacklog/4)
	for i := range 3 {
		long[0] = byte(i)
		w.send(append([]byte(nil), long...))
	}
	for i := range 3 {
		_, err := io.ReadFull(far, long)
		require.NoError(t, err)
		require.Equal(t, byte(i), long[0])
	}
}

func TestWhoIsTooFarBehindIsThrownOut(t *testing.T) {
	near, far := connected(t)
	w, err := newWire(near)
	require.NoError(t, err)
	for range 64 {
		w.send(make([]byte, maxBacklog))
	}
	_, err = io.Copy(io.Discard, far)
	var network net.Error
	require.False(t, errors.As(err, &network) && network.Timeout(), "the connection ends")
}
