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
	polled   bool     // it is a session's that polls, or would be
	takes    *session // that polled before, or nil
	numbers  []uint32 // of the connection in each log

	mu     sync.Mutex
	faults wire.Faults
	conn   *conn // once upgraded
	closed [2]bool
	ended  bool
	spoke  bool // the client, a whole message
}

// Serve answers the request with next, and records.
func (l *Line) Serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	l.number()
	l.add(wire.Entry{Kind: wire.Request, Up: true, Head: l.requestHead(r)})
	answer := &answer{ResponseWriter: w, line: l}
	next.ServeHTTP(answer, r)
	answer.finish()
}

// number gives the connection its number in each log.
func (l *Line) number() {
	for _, log := range l.Logs {
		l.numbers = append(l.numbers, log.Connection())
	}
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

// told records a frame or a packet, and what the message says that it ends.
func (l *Line) told(kind wire.Kind, up bool, f wire.Frame, message []byte, faults []string) {
	e := wire.Entry{Kind: kind, Up: up, Frame: &f, Faults: faults}
	if message != nil && l.Describe != nil {
		e.Event, e.Handler, e.Place = l.Describe(up, message)
		if dropped(faults) {
			e.Handler, e.Place = "", ""
		}
	}
	if l.stranger && up && l.presents(e) { // all pages see it
		veil(&f)
	}
	l.mu.Lock()
	over := l.ended
	if f.Opcode == wire.Close {
		l.closed[bit(up)] = true
	}
	l.spoke = l.spoke || up && message != nil
	l.mu.Unlock()
	if !over { // else it never got through
		l.add(e)
	}
	if l.takes != nil && up && string(message) == upgradePacket && !dropped(faults) {
		l.takes.moved()
	}
}

// presents reports whether a client's message may hold its token. Of a fragment nobody can know.
func (l *Line) presents(e wire.Entry) bool {
	if e.Event == "auth" || e.Event == "connect" { // in the envelope, in Socket.IO
		return true
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return !l.spoke && !e.Frame.Opcode.Control() && (!e.Frame.Final || e.Frame.Opcode == wire.Continuation)
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

// closing notes that one side has said that the session is over.
func (l *Line) closing(up bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.closed[bit(up)] = true
}

// endPolling records the end of a session that polled; what is late may still follow.
func (l *Line) endPolling(aborted bool) {
	l.mu.Lock()
	up, down := l.closed[bit(true)], l.closed[bit(false)]
	l.mu.Unlock()
	l.add(wire.Entry{Kind: wire.End, Up: up || aborted, Lost: !up && !down, Polled: true})
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
