package handler

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/function/frame"
)

// host is the other side of a guest: its stream, and the clients of its listener.
type host struct {
	t        *testing.T
	stream   net.Conn
	listener chan net.Conn
	frames   chan frame.Frame
	ended    chan error // what serve returned
}

// Accept implements [net.Listener].
func (h *host) Accept() (net.Conn, error) {
	if c, open := <-h.listener; open {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (h *host) Close() error   { close(h.listener); return nil }
func (h *host) Addr() net.Addr { return &net.TCPAddr{} }

// run serves handle, in a bubble, to a host that has been greeted.
func run(t *testing.T, handle http.HandlerFunc, test func(t *testing.T, h *host)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		h := &host{t, near, make(chan net.Conn), make(chan frame.Frame, 10), make(chan error, 1)}
		go func() { h.ended <- serve(far, h, handle) }()
		go h.read()
		defer near.Close()
		h.expect(frame.Ready)
		test(t, h)
	})
}

func (h *host) read() {
	var decoder frame.Decoder
	buffer := make([]byte, 4096)
	for {
		n, err := h.stream.Read(buffer)
		if err != nil {
			return
		}
		_ = decoder.Decode(buffer[:n], func(f frame.Frame) error {
			f.Payload = bytes.Clone(f.Payload)
			h.frames <- f
			return nil
		})
	}
}

func (h *host) send(f frame.Frame) {
	h.t.Helper()
	_, err := h.stream.Write(f.Append(nil))
	require.NoError(h.t, err)
}

// expect waits for the next frame, which must be of this kind.
func (h *host) expect(kind frame.Kind) frame.Frame {
	h.t.Helper()
	f := <-h.frames
	require.Equal(h.t, string(kind), string(f.Kind), "payload: %.200s", f.Payload)
	return f
}

// get asks for a path and returns the client's end of the connection.
func (h *host) get(path string) net.Conn {
	h.t.Helper()
	client, server := net.Pipe()
	h.listener <- server
	_, err := fmt.Fprintf(client, "GET %s HTTP/1.1\r\nHost: lesson\r\nConnection: close\r\n\r\n", path)
	require.NoError(h.t, err)
	return client
}

func TestARequestIsAnswered(t *testing.T) {
	hello := func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello ", r.URL.Path) }
	run(t, hello, func(t *testing.T, h *host) {
		answer, err := http.ReadResponse(bufio.NewReader(h.get("/ana")), nil)
		require.NoError(t, err)
		body, err := io.ReadAll(answer.Body)
		require.NoError(t, err)
		require.Equal(t, "hello /ana", string(body))
	})
}

func hijack(w http.ResponseWriter) {
	_, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(err)
	}
}

func TestAPanicIsToldAndEndsItsConnection(t *testing.T) {
	boom := func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/hijacked" {
			hijack(w)
		}
		panic("boom")
	}
	run(t, boom, func(t *testing.T, h *host) {
		for _, path := range []string{"/", "/hijacked"} {
			left, err := io.ReadAll(h.get(path))
			require.NoError(t, err)
			require.Empty(t, left)
			var p frame.Panic
			require.NoError(t, h.expect(frame.Panicked).Unmarshal(&p))
			require.Equal(t, "panic: boom", p.Message)
			require.Contains(t, p.Stack, "handler_test.go")
		}
	})
}

func TestAHandlerMayAbort(t *testing.T) {
	abort := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	run(t, abort, func(t *testing.T, h *host) {
		left, err := io.ReadAll(h.get("/"))
		require.NoError(t, err)
		require.Empty(t, left)
		synctest.Wait()
		require.Empty(t, h.frames, "it is no mistake")
	})
}

func TestADrainIsAnsweredWhenEveryHandlerHasReturned(t *testing.T) {
	release := make(chan struct{})
	wait := func(w http.ResponseWriter, r *http.Request) {
		hijack(w)
		<-release
	}
	run(t, wait, func(t *testing.T, h *host) {
		release = make(chan struct{}) // the bubble's own
		client := h.get("/")
		synctest.Wait()
		h.send(frame.Frame{Kind: frame.Drain})
		synctest.Wait()
		require.Empty(t, h.frames)
		close(release)
		h.expect(frame.Drain)
		_ = client.Close()
	})
}

func TestStopEndsTheGuest(t *testing.T) {
	run(t, nil, func(t *testing.T, h *host) {
		h.send(frame.Frame{Kind: frame.Drain})
		h.expect(frame.Drain)
		h.send(frame.JSON(frame.Stop, 0, context.Canceled.Error()))
		require.ErrorIs(t, <-h.ended, errStopped)
	})
}

func TestAHostThatBreaksTheRulesEndsTheGuest(t *testing.T) {
	run(t, nil, func(t *testing.T, h *host) {
		h.send(frame.Frame{Kind: frame.Packet})
		require.ErrorContains(t, <-h.ended, "frame of kind")
	})
	run(t, nil, func(t *testing.T, h *host) {
		_ = h.stream.Close()
		require.ErrorContains(t, <-h.ended, "stream ended")
	})
}

func TestAHandlerThatSpeaksWithItsClientIsNoEndlessLoop(t *testing.T) {
	near, far := net.Pipe()
	c := &conn{Conn: far}
	s := &session{conns: make(map[uint32]*conn)}
	token := s.begin(c)
	trace := fmt.Appendf(nil, "goroutine 7 [runnable]:\nwslab/server/function/guest/handler.calling(%#x, {0x1, 0x2})\n", token)
	names := []string{s.name(trace)}
	require.Equal(t, names[0], s.name(trace))

	go func() { _, _ = near.Write([]byte("hello")) }()
	_, err := c.Read(make([]byte, 10))
	require.NoError(t, err)
	names = append(names, s.name(trace))
	go func() { _, _ = near.Read(make([]byte, 10)) }()
	_, err = c.Write([]byte("hello"))
	require.NoError(t, err)
	names = append(names, s.name(trace))
	require.NoError(t, near.Close())
	_, err = c.Read(make([]byte, 10))
	require.ErrorIs(t, err, io.EOF)
	require.Equal(t, names[2], s.name(trace), "an error is nothing new")
	require.Len(t, map[string]bool{names[0]: true, names[1]: true, names[2]: true}, 3)

	s.end(token)
	require.Empty(t, s.name(trace))
	require.Empty(t, s.name([]byte("goroutine 8 [runnable]:\nmain.f()\n")))
}
