package ws

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
)

// Detach lets net/http go as soon as next has taken a connection over. What it keeps for a connection, buffers of
// 4 KiB and a goroutine whose stack has grown, would else stay until the end. So next runs on a goroutine of its
// own, with a context that ends when net/http's does, or, from the takeover on, when next returns.
func Detach(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" {
			next.ServeHTTP(w, r)
			return
		}
		ctx, cancel := context.WithCancelCause(context.WithoutCancel(r.Context()))
		d := &detached{ResponseWriter: w, taken: make(chan struct{}), panicked: make(chan any, 1)}
		d.letGo = context.AfterFunc(r.Context(), func() { cancel(context.Cause(r.Context())) })
		go func() {
			defer cancel(nil)
			defer d.end()
			next.ServeHTTP(d, r.WithContext(ctx))
		}()
		select {
		case <-d.taken:
		case p := <-d.panicked:
			d.letGo()
			if p != nil {
				panic(p) // net/http tells it, and closes the connection
			}
		}
	})
}

// detached notices that a connection is taken over.
type detached struct {
	http.ResponseWriter
	letGo    func() bool // of the request's context
	taken    chan struct{}
	conn     net.Conn
	panicked chan any
}

// Unwrap is for [http.ResponseController].
func (d *detached) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// Hijack implements [http.Hijacker].
func (d *detached) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(d.ResponseWriter).Hijack()
	if err == nil {
		d.letGo()
		d.conn, d.ResponseWriter = conn, spent{d.Header()} // the answer would hold on to net/http's buffers
		close(d.taken)
	}
	return conn, rw, err
}

// spent is what is left of an answer once its connection is taken over: what its header said.
type spent struct{ header http.Header }

func (s spent) Header() http.Header       { return s.header }
func (spent) WriteHeader(int)             {}
func (spent) Write(p []byte) (int, error) { return 0, http.ErrHijacked }

// end tells net/http how the handler ended, or does what net/http would do for it.
func (d *detached) end() {
	p := recover()
	if p != nil && d.conn != nil {
		slog.Error("a connection's handler panicked", "panic", p, "stack", string(debug.Stack()))
		_ = d.conn.Close()
	}
	d.panicked <- p
}
