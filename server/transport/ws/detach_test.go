package ws_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/transport"
	"wslab/server/transport/ws"
)

// detached serves handler, detached, and tells when net/http's own handler returns.
func detached(t *testing.T, handler http.HandlerFunc) (address string, returned <-chan struct{}) {
	t.Helper()
	back := make(chan struct{}, 10)
	inner := ws.Detach(handler)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() { back <- struct{}{} }()
		inner.ServeHTTP(w, r)
	}))
	srv.Config.ErrorLog = nil
	t.Cleanup(srv.Close)
	return strings.TrimPrefix(srv.URL, "http://"), back
}

func echoing(w http.ResponseWriter, r *http.Request) {
	c, err := ws.Accept(w, r, ws.Options{})
	if err != nil {
		return
	}
	ws.Serve(w, func() {
		for {
			m, err := c.Read(context.Background())
			if err != nil || string(m.Data) == "panic" {
				break
			}
			_ = c.Write(m)
		}
		panic("a handler's fault")
	})
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func TestNetHTTPIsLetGoWhileAConnectionGoesOn(t *testing.T) {
	address, returned := detached(t, echoing)
	ctx := within(t)
	c, err := ws.Dial(ctx, "ws://"+address, ws.DialOptions{})
	require.NoError(t, err)
	<-returned
	require.NoError(t, c.Write(transport.Message{Data: []byte("hello")}))
	m, err := c.Read(ctx)
	require.NoError(t, err)
	require.Equal(t, "hello", string(m.Data))
	_ = c.Close(gateway.ConnectionLost.Code, "")
}

func TestWhatIsLeftToTheEndHappensThereLastFirst(t *testing.T) {
	var order []string
	ended := make(chan struct{})
	address, returned := detached(t, func(w http.ResponseWriter, r *http.Request) {
		ws.AtEnd(w, func() { close(ended) })
		ws.AtEnd(w, func() { order = append(order, "second") })
		c, err := ws.Accept(w, r, ws.Options{})
		if err != nil {
			return
		}
		ws.Serve(w, func() {
			_, _ = c.Read(r.Context())
			order = append(order, "first")
		})
	})
	c, err := ws.Dial(within(t), "ws://"+address, ws.DialOptions{})
	require.NoError(t, err)
	<-returned
	_ = c.Close(gateway.ClientLeft.Code, "")
	<-ended
	require.Equal(t, []string{"first", "second"}, order)
}

func TestTheAnswersHeaderCanStillBeRead(t *testing.T) {
	selected := make(chan string, 1)
	address, _ := detached(t, func(w http.ResponseWriter, r *http.Request) {
		c, err := ws.Accept(w, r, ws.Options{})
		selected <- w.Header().Get("Sec-WebSocket-Protocol")
		if err == nil {
			_ = c.Close(gateway.ClientLeft.Code, "")
		}
	})
	c, err := ws.Dial(within(t), "ws://"+address, ws.DialOptions{Subprotocols: []string{ws.Subprotocol}})
	require.NoError(t, err)
	require.Equal(t, ws.Subprotocol, <-selected)
	_ = c.Close(gateway.ConnectionLost.Code, "")
}

func TestAPanicAfterTheTakeoverEndsItsConnectionAlone(t *testing.T) {
	address, _ := detached(t, echoing)
	ctx := within(t)
	other, err := ws.Dial(ctx, "ws://"+address, ws.DialOptions{})
	require.NoError(t, err)
	c, err := ws.Dial(ctx, "ws://"+address, ws.DialOptions{})
	require.NoError(t, err)
	require.NoError(t, c.Write(transport.Message{Data: []byte("panic")}))
	_, err = c.Read(ctx)
	require.Equal(t, gateway.ConnectionLost, err)
	require.NoError(t, other.Write(transport.Message{Data: []byte("still here")}))
	_, err = other.Read(ctx)
	require.NoError(t, err)
	_ = other.Close(gateway.ConnectionLost.Code, "")
}

func TestAPanicOfWhoServesInPlaceClosesTheConnection(t *testing.T) {
	address, _ := detached(t, func(w http.ResponseWriter, r *http.Request) {
		if c, err := ws.Accept(w, r, ws.Options{}); err == nil {
			_, _ = c.Read(r.Context())
			panic(http.ErrAbortHandler)
		}
	})
	c, err := ws.Dial(within(t), "ws://"+address, ws.DialOptions{})
	require.NoError(t, err)
	require.NoError(t, c.Write(transport.Message{Data: []byte("panic")}))
	ctx := within(t)
	_, err = c.Read(ctx)
	require.Equal(t, gateway.ConnectionLost, err)
	require.NoError(t, ctx.Err(), "it was the server that ended it")
	_ = c.Close(gateway.ConnectionLost.Code, "")
}

func TestAPanicBeforeTheTakeoverIsNetHTTPs(t *testing.T) {
	address, _ := detached(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	_, err := ws.Dial(within(t), "ws://"+address, ws.DialOptions{})
	require.Error(t, err)
	_, err = ws.Dial(within(t), "ws://"+address, ws.DialOptions{})
	require.ErrorContains(t, err, "EOF", "the server goes on")
}

func TestARefusalIsAnsweredAsEver(t *testing.T) {
	address, _ := detached(t, func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusForbidden) })
	_, err := ws.Dial(within(t), "ws://"+address, ws.DialOptions{})
	require.ErrorContains(t, err, "403")
}

func TestWhatFollowsTheHandshakeAtOnceIsNotLost(t *testing.T) {
	address, _ := detached(t, echoing)
	nc, err := net.Dial("tcp", address)
	require.NoError(t, err)
	defer nc.Close()
	long := strings.Repeat("x", 700) // more than the reader that follows net/http's would hold
	frame := append([]byte{0x81, 0x80 | 126, 700 >> 8, 700 & 0xff, 0, 0, 0, 0}, long...)
	_, err = nc.Write(append([]byte("GET / HTTP/1.1\r\nHost: lab\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"), frame...))
	require.NoError(t, err)
	require.NoError(t, nc.SetDeadline(time.Now().Add(20*time.Second)))
	var heard strings.Builder
	for !strings.Contains(heard.String(), long) {
		_, err := io.CopyN(&heard, nc, 1)
		require.NoError(t, err)
	}
}

func TestAServersReadEndsWithItsContext(t *testing.T) {
	reading, read := make(chan context.CancelFunc, 1), make(chan error, 1)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := ws.Accept(w, r, ws.Options{})
		if err != nil {
			return
		}
		ctx, cancel := context.WithCancel(r.Context())
		reading <- cancel
		_, err = c.Read(ctx)
		read <- err
	}))
	t.Cleanup(srv.Close)
	ctx := within(t)
	c, err := ws.Dial(ctx, "ws"+strings.TrimPrefix(srv.URL, "http"), ws.DialOptions{})
	require.NoError(t, err)
	(<-reading)()
	select {
	case err := <-read:
		require.Equal(t, gateway.ConnectionLost, err)
	case <-ctx.Done():
		t.Error("Read waits on")
	}
	_ = c.Close(gateway.ConnectionLost.Code, "")
}
