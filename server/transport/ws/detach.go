package ws

import (
	"bufio"
	"context"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
)

// Detach lets net/http go as soon as a WebSocket is open. What it keeps for a connection, buffers of 4 KiB, the
// request, and a goroutine whose stack has grown, would else stay until the end. So [Handler] returns then, and the
// connection goes on with a goroutine of its own. Its context ends when net/http's does, or, from the takeover on,
// with the connection. What handlers on the way do at the end they leave to [AtEnd].
func Detach(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithCancelCause(context.WithoutCancel(r.Context()))
		d := &detached{ResponseWriter: w, cancel: cancel}
		d.letGo = context.AfterFunc(r.Context(), func() { cancel(context.Cause(r.Context())) })
		d.ends = []func(){func() { cancel(nil) }}
		defer d.returned()
		next.ServeHTTP(d, r.WithContext(ctx))
	})
}

// detached is an answer that may become a connection.
type detached struct {
	http.ResponseWriter
	cancel context.CancelCauseFunc
	letGo  func() bool // of the request's context
	conn   net.Conn    // once it is taken over
	ends   []func()
	gone   bool // the connection goes on elsewhere
}

// Cancel returns what ends the context of a request within [Detach]. One more context for each connection would
// cost some hundred bytes.
func Cancel(w http.ResponseWriter) context.CancelCauseFunc { return w.(*detached).cancel }

// AtEnd has end called when what answers a request is done: with the connection's end where one is taken over. It
// serves handlers within [Detach], in place of defer; the last one is called first.
func AtEnd(w http.ResponseWriter, end func()) {
	d := w.(*detached)
	d.ends = append(d.ends, end)
}

// Unwrap is for [http.ResponseController].
func (d *detached) Unwrap() http.ResponseWriter { return d.ResponseWriter }

// Hijack implements [http.Hijacker].
func (d *detached) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(d.ResponseWriter).Hijack()
	if err == nil {
		d.letGo()
		d.conn, d.ResponseWriter = conn, spent{d.Header()} // the answer would hold on to net/http's buffers
	}
	return conn, rw, err
}

// spent is what is left of an answer once its connection is taken over: what its header said.
type spent struct{ header http.Header }

func (s spent) Header() http.Header       { return s.header }
func (spent) WriteHeader(int)             {}
func (spent) Write(p []byte) (int, error) { return 0, http.ErrHijacked }

// Serve runs serve until the connection that was taken over from w ends: on a goroutine of its own within [Detach],
// and in place where somebody on the way, such as the inspector, has to be there at the end.
func Serve(w http.ResponseWriter, serve func()) {
	d, ok := w.(*detached)
	if !ok {
		serve()
		return
	}
	d.gone = true
	go goOn(d.conn, d.ends, serve) // which holds on to nothing of the request
}

func goOn(conn net.Conn, ends []func(), serve func()) {
	defer end(ends)
	defer func() {
		if p := recover(); p != nil { // as net/http does
			slog.Error("a connection's handler panicked", "panic", p, "stack", string(debug.Stack()))
			_ = conn.Close()
		}
	}()
	serve()
}

// returned ends what does not go on elsewhere. A connection whose handler panicked in place is nobody's any more:
// net/http has given it away.
func (d *detached) returned() {
	if d.gone {
		return
	}
	defer end(d.ends)
	if p := recover(); p != nil {
		if d.conn != nil {
			_ = d.conn.Close()
		}
		panic(p)
	}
}

func end(ends []func()) {
	for i := range ends {
		defer ends[i]() // the last first, and all of them
	}
}
