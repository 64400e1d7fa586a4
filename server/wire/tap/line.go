package tap

import (
	"bufio"
	"net"
	"net/http"
	"strings"
	"sync"

	"wslab/server/wire"
)

// Describe says what a message is: the gateway event, its handler and where that stands. It answers with
// empty strings what it does not know.
type Describe func(up bool, message []byte) (event, handler, place string)

// A Line is one connection that is recorded.
type Line struct {
	Client   string      // who is at its other end
	Logs     []*wire.Log // where it is recorded
	Describe Describe    // or nil

	stranger bool     // it belongs to no page
	numbers  []uint32 // of the connection in each log

	mu     sync.Mutex
	faults wire.Faults
	conn   *conn // once upgraded
	closed [2]bool
	ended  bool
}

// Serve answers the request with next, and records.
func (l *Line) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	for _, log := range l.Logs {
		l.numbers = append(l.numbers, log.Connection())
	}
	l.add(wire.Entry{Kind: wire.Request, Up: true, Head: requestHead(r)})
	answer := &answer{ResponseWriter: w, line: l}
	next.ServeHTTP(answer, r)
	answer.finish()
}

// add records an entry in all logs.
func (l *Line) add(e wire.Entry) {
	e.Client = l.Client
	for i, log := range l.Logs {
		e.Conn = l.numbers[i]
		log.Add(e)
	}
}

// SetFaults makes what happens to the connection from now on, counted from now on.
func (l *Line) SetFaults(f wire.Faults) {
	l.mu.Lock()
	l.faults = f
	c := l.conn
	l.mu.Unlock()
	if c != nil {
		l.add(wire.Entry{Kind: wire.Fault, Faults: said(f)})
		c.up.follow(f)
		c.down.follow(f)
	}
}

// said are the faults one by one; "none" where there are none.
func said(f wire.Faults) []string {
	if s := f.String(); s != "" {
		return strings.Split(s, ",")
	}
	return []string{"none"}
}

// Cut ends the connection now, with a FIN or, as a crashed machine does, with an RST. It reports whether
// there was one.
func (l *Line) Cut(rst bool) bool {
	l.mu.Lock()
	c := l.conn
	over := l.ended
	l.mu.Unlock()
	if c == nil || over {
		return false
	}
	a := fin
	if rst {
		a = reset
	}
	c.act(a, c.down)
	return true
}

// framed records a frame, and what the message says that it ends.
func (l *Line) framed(up bool, f wire.Frame, message []byte, faults []string) {
	e := wire.Entry{Kind: wire.Framed, Up: up, Frame: &f, Faults: faults}
	if message != nil && l.Describe != nil {
		e.Event, e.Handler, e.Place = l.Describe(up, message)
		if dropped(faults) {
			e.Handler, e.Place = "", ""
		}
	}
	if l.stranger && up && e.Event == "auth" { // all pages see it
		f.Payload = []byte(hide(string(f.Payload)))
	}
	l.mu.Lock()
	over := l.ended
	if f.Opcode == wire.Close {
		l.closed[bit(up)] = true
	}
	l.mu.Unlock()
	if !over { // else it never got through
		l.add(e)
	}
}

// end records the end of the connection, once.
func (l *Line) end(byClient, reset bool) {
	l.mu.Lock()
	over := l.ended
	l.ended = true
	lost := !l.closed[0] && !l.closed[1]
	l.mu.Unlock()
	if !over {
		l.add(wire.Entry{Kind: wire.End, Up: byClient, Reset: reset, Lost: lost})
	}
}

// An answer is the HTTP answer to a recorded request.
type answer struct {
	http.ResponseWriter
	line   *Line
	status int
	body   strings.Builder
}

// Unwrap is for [http.ResponseController].
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// WriteHeader implements [http.ResponseWriter].
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Write implements [http.ResponseWriter].
func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.status = http.StatusOK
	}
	a.body.Write(b[:min(len(b), wire.Keep-a.body.Len())])
	return a.ResponseWriter.Write(b)
}

// Hijack implements [http.Hijacker].
func (a *answer) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	nc, rw, err := http.NewResponseController(a.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	early, _ := rw.Reader.Peek(rw.Reader.Buffered())
	a.record()
	c := a.line.open(nc, early, a.Header().Get("Sec-Websocket-Extensions"))
	return c, bufio.NewReadWriter(bufio.NewReader(c), bufio.NewWriter(c)), nil
}

// record records the answer.
func (a *answer) record() {
	a.line.add(wire.Entry{Kind: wire.Answer, Head: answerHead(a.status, a.Header(), a.body.String())})
}

// finish records the answer of a request that was not upgraded.
func (a *answer) finish() {
	a.line.mu.Lock()
	upgraded := a.line.conn != nil
	a.line.mu.Unlock()
	if upgraded {
		return
	}
	if a.status == 0 {
		a.status = http.StatusOK
	}
	a.record()
}
