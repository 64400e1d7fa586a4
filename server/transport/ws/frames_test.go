package ws

import (
	"bytes"
	"io"
	"net"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/transport"
)

func TestACloseFrameThatIsLeftToABusyWriterGoesOutBeforeTheConnectionCloses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		c := newFrameConn(server)
		go func() { _ = c.write(joinFrames([]transport.Message{{Data: []byte("hello")}})) }()
		synctest.Wait() // the client does not read yet
		goodbye := closeFrame(gateway.GoingAway)
		_, err := c.Write(goodbye)
		require.NoError(t, err)
		go func() { _ = c.Close() }()
		synctest.Wait()
		all, err := io.ReadAll(client)
		require.NoError(t, err)
		require.Equal(t, "\x81\x05hello"+string(goodbye), string(all))
	})
}

func TestAClientThatNeverReadsHoldsUpAClosingConnectionForASecond(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, server := net.Pipe()
		c := newFrameConn(server)
		go func() { _ = c.write(joinFrames([]transport.Message{{Data: []byte("hello")}})) }()
		synctest.Wait()
		_, err := c.Write(closeFrame(gateway.GoingAway))
		require.NoError(t, err)
		begun := time.Now()
		_ = c.Close()
		require.Equal(t, time.Second, time.Since(begun))
	})
}

// A browser that hears a second close frame takes the connection for lost.
func TestTheAnswerToAGoodbyeIsNotAnsweredAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		c := newFrameConn(server)
		goodbye := closeFrame(gateway.PingTimeout)
		go func() {
			c.writeClose(gateway.PingTimeout)
			_, _ = c.Write(goodbye) // as the library does where it has read the peer's
			_, _ = c.Write([]byte("\x8a\x00"))
			_ = c.Close()
		}()
		all, err := io.ReadAll(client)
		require.NoError(t, err)
		require.Equal(t, string(goodbye), string(all))
	})
}

// full returns both ends of a connection whose buffers are full of the letter x, and how many of them there are.
func full(t *testing.T) (client net.Conn, c *frameConn, already int) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer listener.Close()
	client, err = net.Dial("tcp", listener.Addr().String())
	require.NoError(t, err)
	server, err := listener.Accept()
	require.NoError(t, err)
	t.Cleanup(func() { client.Close(); server.Close() })
	require.NoError(t, client.SetDeadline(time.Now().Add(20*time.Second)))
	c = newFrameConn(server)
	if c.now == nil {
		return client, c, 0 // here nothing is written without waiting
	}
	for letters := bytes.Repeat([]byte("x"), 64<<10); ; {
		n, err := writeNow(c.now, letters)
		require.NoError(t, err)
		if already += n; n == 0 {
			return client, c, already
		}
	}
}

func TestAPongDoesNotWaitForAClientThatDoesNotRead(t *testing.T) {
	client, c, already := full(t)
	answered := make(chan error)
	go func() {
		_, err := c.Write([]byte("\x8a\x04pong"))
		answered <- err
	}()
	select {
	case err := <-answered:
		require.NoError(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("the connection's reader would wait as long")
	}
	go func() { _ = c.write(joinFrames([]transport.Message{{Data: []byte("hello")}})) }()
	want := "\x8a\x04pong\x81\x05hello"
	got := make([]byte, already+len(want))
	_, err := io.ReadFull(client, got)
	require.NoError(t, err)
	require.Equal(t, want, string(got[already:]))
}

func TestACloseFrameDoesNotWaitForAClientThatDoesNotRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		client, server := net.Pipe()
		c := newFrameConn(server)
		goodbye := closeFrame(gateway.GoingAway)
		begun := time.Now()
		_ = server.SetWriteDeadline(begun.Add(time.Minute))
		_, err := c.Write(goodbye)
		require.NoError(t, err)
		require.Equal(t, begun, time.Now())
		go func() { _ = c.Close() }()
		all, err := io.ReadAll(client)
		require.NoError(t, err)
		require.Equal(t, string(goodbye), string(all), "it goes out before the connection closes")
	})
}

func TestNothingFollowsAFrameThatWasCutShort(t *testing.T) {
	hello := &transport.Batch{Messages: []transport.Message{{Data: []byte("hello")}}}
	for name, next := range map[string]func(c *frameConn){
		"a close frame": func(c *frameConn) { _, _ = c.Write(closeFrame(gateway.GoingAway)) },
		"a ping":        func(c *frameConn) { _, _ = c.Write([]byte("\x89\x00")) },
		"a goodbye":     func(c *frameConn) { c.writeClose(gateway.PingTimeout) },
		"a message":     func(c *frameConn) { _ = c.write(hello.Bytes(joinFrames)) },
		"a batch": func(c *frameConn) {
			if rest, err := c.begin(hello.Bytes(joinFrames)); err == nil {
				_ = rest()
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				client, server := net.Pipe()
				c := newFrameConn(server)
				go func() { _ = c.write(hello.Bytes(joinFrames)) }()
				part := make([]byte, 3)
				_, err := io.ReadFull(client, part)
				require.NoError(t, err)
				synctest.Wait()
				require.NoError(t, c.SetWriteDeadline(time.Now())) // as who closes does, and then another
				synctest.Wait()
				require.NoError(t, c.SetWriteDeadline(time.Time{}))
				go func() {
					next(c)
					_ = c.Close()
				}()
				after, err := io.ReadAll(client)
				require.NoError(t, err)
				require.Empty(t, after)
			})
		})
	}
}

func TestAMessageTakesAsMuchMemoryAsItIsLong(t *testing.T) {
	for _, n := range []int{0, 5, 600, maxWhole + 1} {
		text := strings.Repeat("x", n)
		data, err := readAll(strings.NewReader(text))
		require.NoError(t, err)
		require.Equal(t, text, string(data))
		require.LessOrEqual(t, cap(data), n+n/4+16)
	}
}
