package ws_test

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/transport"
	"wslab/server/transport/ws"
)

// echo sends every message back, closes with what ended it, and reports that.
func echo(ends chan<- error) ws.Admit {
	return func(context.Context, gateway.Handshake) (func(context.Context, transport.Conn), error) {
		return func(_ context.Context, conn transport.Conn) {
			for {
				m, err := conn.Read(context.Background())
				if err != nil {
					ends <- err
					why := gateway.AsDisconnect(err)
					_ = conn.Close(why.Code, why.Reason)
					return
				}
				_ = conn.Write(m, m)
			}
		}, nil
	}
}

func serve(t *testing.T, admit ws.Admit, o ws.Options) (url string) {
	srv := httptest.NewServer(ws.Handler(admit, o))
	t.Cleanup(srv.Close)
	return "ws" + strings.TrimPrefix(srv.URL, "http")
}

func TestMessagesOfAllLengthsComeBackInOrder(t *testing.T) {
	ends := make(chan error, 1)
	conn, err := ws.Dial(t.Context(), serve(t, echo(ends), ws.Options{}), ws.DialOptions{})
	require.NoError(t, err)
	for _, n := range []int{0, 1, 125, 126, 65535, 65536, 1_000_000} {
		for _, binary := range []bool{false, true} {
			sent := transport.Message{Binary: binary, Data: []byte(strings.Repeat("x", n))}
			require.NoError(t, conn.Write(sent))
			for range 2 {
				got, err := conn.Read(t.Context())
				require.NoError(t, err)
				require.Equal(t, sent.Binary, got.Binary)
				require.Equal(t, string(sent.Data), string(got.Data))
			}
		}
	}
	require.NoError(t, conn.Close(1000, "bye"))
	require.Equal(t, gateway.Disconnect{Code: 1000, Reason: "bye"}, <-ends)
}

func TestAClientThatIsCutIsALostConnection(t *testing.T) {
	ends := make(chan error, 1)
	conn, err := ws.Dial(t.Context(), serve(t, echo(ends), ws.Options{}), ws.DialOptions{})
	require.NoError(t, err)
	require.NoError(t, conn.Close(1006, ""))
	require.Equal(t, gateway.ConnectionLost, <-ends)
}

// rawClient speaks RFC 6455 by hand, so that it can break it.
type rawClient struct {
	net.Conn
	r *bufio.Reader
}

func dialRaw(t *testing.T, url string) *rawClient {
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "ws://"))
	require.NoError(t, err)
	t.Cleanup(func() { conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(10*time.Second)))
	c := &rawClient{conn, bufio.NewReader(conn)}
	c.handshake(t)
	return c
}

func (c *rawClient) handshake(t *testing.T) {
	fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n")
	resp, err := http.ReadResponse(c.r, nil)
	require.NoError(t, err)
	require.Equal(t, http.StatusSwitchingProtocols, resp.StatusCode)
}

// frame returns a frame masked with the key 0, which leaves the payload as it is.
func frame(first byte, payload string) []byte {
	b := []byte{first}
	if n := len(payload); n < 126 {
		b = append(b, 0x80|byte(n))
	} else {
		b = binary.BigEndian.AppendUint64(append(b, 0x80|127), uint64(n))
	}
	return append(append(b, 0, 0, 0, 0), payload...)
}

// closeFrame reads frames until a close frame and returns its code and reason.
func (c *rawClient) closeFrame(t *testing.T) gateway.Disconnect {
	for {
		var head [2]byte
		_, err := io.ReadFull(c.r, head[:])
		require.NoError(t, err, "the connection ended without a close frame")
		payload := make([]byte, head[1]&0x7f)
		_, err = io.ReadFull(c.r, payload)
		require.NoError(t, err)
		if head[0] == 0x88 {
			return gateway.Disconnect{Code: int(binary.BigEndian.Uint16(payload)), Reason: string(payload[2:])}
		}
	}
}

func TestABadClientIsToldWhyItsConnectionEnds(t *testing.T) {
	for name, test := range map[string]struct {
		sends []byte
		want  gateway.Disconnect
	}{
		"text that is not UTF-8":             {frame(0x81, "a\xffb"), gateway.InvalidText},
		"text cut inside a character":        {frame(0x81, "\xe2\x82"), gateway.InvalidText},
		"a message over the limit":           {frame(0x82, strings.Repeat("x", 1_000_001)), gateway.TooBig},
		"fragments over the limit":           {append(frame(0x02, strings.Repeat("x", 600_000)), frame(0x80, strings.Repeat("x", 600_000))...), gateway.TooBig},
		"a frame that is not masked":         {[]byte{0x81, 2, 'h', 'i'}, gateway.ProtocolError},
		"a reserved bit":                     {frame(0xc1, "hi"), gateway.ProtocolError},
		"an unknown opcode":                  {frame(0x83, "hi"), gateway.ProtocolError},
		"a continuation of nothing":          {frame(0x80, "hi"), gateway.ProtocolError},
		"a new message inside another":       {append(frame(0x01, "hi"), frame(0x81, "hi")...), gateway.ProtocolError},
		"a ping of more than 125 bytes":      {frame(0x89, strings.Repeat("x", 126)), gateway.ProtocolError},
		"a fragmented ping":                  {frame(0x09, "hi"), gateway.ProtocolError},
		"a close frame with half a code":     {frame(0x88, "\x03"), gateway.ProtocolError},
		"a close frame with a reserved code": {frame(0x88, "\x03\xed"), gateway.ProtocolError},
	} {
		t.Run(name, func(t *testing.T) {
			ends := make(chan error, 1)
			c := dialRaw(t, serve(t, echo(ends), ws.Options{}))
			go c.Write(test.sends) // the server may stop reading before the end
			require.Equal(t, test.want, c.closeFrame(t))
			require.Equal(t, test.want, <-ends)
		})
	}
}

func TestFragmentsWithAPingBetweenThemAreOneMessage(t *testing.T) {
	ends := make(chan error, 1)
	c := dialRaw(t, serve(t, echo(ends), ws.Options{}))
	_, err := c.Write(append(append(frame(0x01, "hel"), frame(0x89, "p")...), frame(0x80, "lo")...))
	require.NoError(t, err)
	want := []byte("\x8a\x01p\x81\x05hello\x81\x05hello")
	got := make([]byte, len(want))
	_, err = io.ReadFull(c.r, got)
	require.NoError(t, err)
	require.Equal(t, string(want), string(got))
}

func TestAFarAwayPageMayNotConnect(t *testing.T) {
	url := serve(t, echo(make(chan error, 1)), ws.Options{Origins: []string{"school.example"}})
	dial := func(origin string) error {
		conn, err := ws.Dial(t.Context(), url, ws.DialOptions{Header: http.Header{"Origin": {origin}}})
		if err == nil {
			conn.Close(1006, "")
		}
		return err
	}
	var refused *ws.Refused
	for _, origin := range []string{"https://evil.example", "null", "https://school.example.evil.example"} {
		require.ErrorAs(t, dial(origin), &refused, origin)
		require.Equal(t, http.StatusForbidden, refused.Status)
	}
	require.NoError(t, dial("https://school.example"))
	require.NoError(t, dial("http://"+strings.TrimPrefix(url, "ws://")))
}

func TestARefusalBeforeTheUpgradeIsAnHTTPStatus(t *testing.T) {
	for why, status := range map[error]int{
		gateway.Unauthorized:  http.StatusUnauthorized,
		gateway.TryAgainLater: http.StatusServiceUnavailable,
		gateway.InternalError: http.StatusInternalServerError,
		errors.New("unknown"): http.StatusInternalServerError,

		gateway.Disconnect{Code: 1008, Reason: "foreign origin"}: http.StatusForbidden,
	} {
		refuse := func(context.Context, gateway.Handshake) (func(context.Context, transport.Conn), error) {
			return nil, why
		}
		_, err := ws.Dial(t.Context(), serve(t, refuse, ws.Options{}), ws.DialOptions{})
		var refused *ws.Refused
		require.ErrorAs(t, err, &refused)
		require.Equal(t, status, refused.Status)
	}
}

func TestWhoIsRefusedForNowIsToldWhenToComeAgain(t *testing.T) {
	for why, again := range map[error]string{
		gateway.TryAgainLater: transport.RetryAfter,
		gateway.GoingAway:     transport.RetryAfter,
		gateway.Unauthorized:  "",
		gateway.InternalError: "",
	} {
		refuse := func(context.Context, gateway.Handshake) (func(context.Context, transport.Conn), error) {
			return nil, why
		}
		r := httptest.NewRequest(http.MethodGet, "/ws", nil)
		r.Header.Set("Upgrade", "websocket")
		w := httptest.NewRecorder()
		ws.Handler(refuse, ws.Options{}).ServeHTTP(w, r)
		require.Equal(t, again, w.Header().Get("Retry-After"), why)
	}
}

func TestAPageRequestIsToldToSpeakWebSocket(t *testing.T) {
	url := serve(t, echo(nil), ws.Options{})
	resp, err := http.Get("http" + strings.TrimPrefix(url, "ws"))
	require.NoError(t, err)
	defer resp.Body.Close()
	require.Equal(t, http.StatusUpgradeRequired, resp.StatusCode)
	require.Equal(t, "websocket", resp.Header.Get("Upgrade"))
}

// A pipeListener accepts the far ends of pipes, so that a server runs inside a bubble.
type pipeListener chan net.Conn

func (l pipeListener) Accept() (net.Conn, error) {
	if c, ok := <-l; ok {
		return c, nil
	}
	return nil, net.ErrClosed
}
func (l pipeListener) Close() error   { close(l); return nil }
func (l pipeListener) Addr() net.Addr { return &net.TCPAddr{} }

// bubble runs test with a server that echoes and a client on a connection in memory, under a fake clock.
func bubble(t *testing.T, test func(t *testing.T, c *rawClient, ends <-chan error)) {
	synctest.Test(t, func(t *testing.T) {
		ends := make(chan error, 1)
		listener := make(pipeListener, 1)
		srv := &http.Server{Handler: ws.Handler(echo(ends), ws.Options{PingInterval: 25 * time.Second, PingTimeout: 20 * time.Second})}
		go srv.Serve(listener)
		defer srv.Close()
		near, far := net.Pipe()
		defer near.Close()
		listener <- far
		c := &rawClient{near, bufio.NewReader(near)}
		c.handshake(t)
		test(t, c, ends)
	})
}

func TestAPeerThatStopsAnsweringIsDroppedAfterTheHeartbeat(t *testing.T) {
	bubble(t, func(t *testing.T, c *rawClient, ends <-chan error) {
		start := time.Now()
		require.Equal(t, gateway.PingTimeout, c.closeFrame(t)) // it reads, but never answers the ping
		require.Equal(t, 45*time.Second, time.Since(start))
		require.Equal(t, gateway.PingTimeout, <-ends)
	})
}

func TestAPeerThatAnswersPingsStays(t *testing.T) {
	bubble(t, func(t *testing.T, c *rawClient, ends <-chan error) {
		for range 9 { // whose payload has one byte
			var ping [3]byte
			_, err := io.ReadFull(c.r, ping[:])
			require.NoError(t, err)
			require.EqualValues(t, 0x89, ping[0])
			_, err = c.Write(frame(0x8a, string(ping[2:])))
			require.NoError(t, err)
		}
		_, err := c.Write(frame(0x88, "\x03\xe8"))
		require.NoError(t, err)
		require.Equal(t, 1000, c.closeFrame(t).Code)
		require.Equal(t, 1000, gateway.AsDisconnect(<-ends).Code)
	})
}

func TestAPeerThatNeverReadsIsDroppedByTheHeartbeatToo(t *testing.T) {
	bubble(t, func(t *testing.T, c *rawClient, ends <-chan error) {
		start := time.Now()
		_, err := c.Write(frame(0x81, "an echo that nobody reads"))
		require.NoError(t, err)
		require.Equal(t, gateway.PingTimeout, <-ends)
		require.InDelta(t, 45, time.Since(start).Seconds(), 2)
	})
}

func TestAPeerThatStallsInsideAFrameDoesNotHoldItsConnection(t *testing.T) {
	bubble(t, func(t *testing.T, c *rawClient, ends <-chan error) {
		start := time.Now()
		whole := frame(0x82, strings.Repeat("x", 2_000_000))
		go c.Write(whole[:1_100_000])
		require.Equal(t, gateway.TooBig, <-ends)
		require.Equal(t, gateway.TooBig, c.closeFrame(t))
		_, err := c.r.ReadByte()
		require.ErrorIs(t, err, io.EOF)
		require.LessOrEqual(t, time.Since(start), 11*time.Second)
	})
}

func TestAConnectionClosesWhileItsReaderWaits(t *testing.T) {
	address, _ := detached(t, func(w http.ResponseWriter, r *http.Request) {
		c, err := ws.Accept(w, r, ws.Options{})
		if err != nil {
			return
		}
		ws.Serve(w, func() {
			read := make(chan error, 1)
			go func() {
				_, err := c.Read(context.Background())
				read <- err
			}()
			_ = c.Close(gateway.Kicked.Code, gateway.Kicked.Reason)
			<-read
		})
	})
	for range 50 { // the reader may be anywhere
		c, err := ws.Dial(within(t), "ws://"+address, ws.DialOptions{})
		require.NoError(t, err)
		_, err = c.Read(within(t))
		require.Equal(t, gateway.Kicked, err)
	}
}

// 1008 is also what the heartbeat says. Only that ends a connection without waiting for the peer.
func TestWhoViolatesAPolicyIsToldWhichOne(t *testing.T) {
	foreign := gateway.Disconnect{Code: 1008, Reason: "foreign origin"}
	url := serve(t, func(context.Context, gateway.Handshake) (func(context.Context, transport.Conn), error) {
		return func(_ context.Context, conn transport.Conn) { _ = conn.Close(foreign.Code, foreign.Reason) }, nil
	}, ws.Options{})
	conn, err := ws.Dial(t.Context(), url, ws.DialOptions{})
	require.NoError(t, err)
	_, err = conn.Read(within(t))
	require.Equal(t, foreign, err)
}

func TestAHandshakeSaysWhoseServerWasAskedFor(t *testing.T) {
	r := httptest.NewRequest(http.MethodGet, "http://chat.example:8080/ws?name=Ana", nil)
	h := ws.Handshake(r)
	require.Equal(t, "chat.example:8080", h.Host)
	require.Equal(t, r.RemoteAddr, h.Remote)
}
