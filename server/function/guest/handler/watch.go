package handler

import (
	"fmt"
	"net"
	"net/http"
	"regexp"
	"strconv"
	"sync/atomic"

	"wslab/server/function/guest/preempt"
)

// A listener's connections count what happens on them. A handler that speaks with its client is no
// loop without an end, however busy it is.
type listener struct{ net.Listener }

// Accept implements [net.Listener].
func (l listener) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &conn{Conn: c}, nil
}

type conn struct {
	net.Conn
	moved atomic.Uint64 // how often bytes went either way
}

// Read implements [io.Reader].
func (c *conn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.note(n)
	return n, err
}

// Write implements [io.Writer].
func (c *conn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.note(n)
	return n, err
}

func (c *conn) note(n int) {
	preempt.Resumed()
	if n > 0 {
		c.moved.Add(1)
	}
}

// begin notes that c's handler runs, under a token that its traces show.
func (s *session) begin(c *conn) (token uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.last++
	s.conns[s.last] = c
	return s.last
}

func (s *session) end(token uint32) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, token)
}

// calling is where a trace shows the token of a call, as its first argument.
//
//go:noinline
func calling(token uint32, h http.Handler, w http.ResponseWriter, r *http.Request) {
	h.ServeHTTP(w, r)
	if token == 0 {
		panic("a call without a token")
	}
}

var tokens = regexp.MustCompile(`handler\.calling\(0x([0-9a-f]+)`)

// name names what the goroutine with this trace does, for [preempt.Watch]: with whatever happens on its
// connection, something new. What other goroutines do has no name.
func (s *session) name(trace []byte) string {
	m := tokens.FindSubmatch(trace)
	if m == nil {
		return ""
	}
	token, _ := strconv.ParseUint(string(m[1]), 16, 32)
	s.mu.Lock()
	defer s.mu.Unlock()
	c, known := s.conns[uint32(token)]
	if !known {
		return ""
	}
	return fmt.Sprint(token, "/", c.moved.Load())
}

// endless ends the guest, whose goroutine with this trace will never let it rest.
func endless(trace []byte) {
	where := "a goroutine"
	if tokens.Match(trace) {
		where = "Handler"
	}
	preempt.End("endless loop in "+where, trace)
}
