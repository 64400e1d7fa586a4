package tap

import (
	"context"
	"encoding/json"
	"net/http"
	"sync"
	"time"

	"wslab/server/wire"
)

// The types of Engine.IO's packets that a session is followed by.
const (
	openPacket    = '0'
	closePacket   = "1"
	upgradePacket = "5"
)

// lateness is how long a session is remembered that has ended: its client may still have a poll on the way.
const lateness = 10 * time.Second

// A session is a client of Engine.IO that polls. In the log it is one connection, however many requests it takes.
type session struct {
	board *Board
	line  *Line
	leave func() // what takes the line away from the board

	mu      sync.Mutex
	id      string
	open    int  // requests under way
	lives   bool // it has begun, and whoever serves it will tell its end
	over    bool
	aborted bool // the client has given up a request
	ended   time.Time
}

// sessionKey is where the context of a request holds the session that it may begin.
type sessionKey struct{}

// Begin is called by what serves sessions of Engine.IO, with the context of the request that begins one. It
// returns what is to be called when the session is over, however it went on.
func Begin(ctx context.Context) (over func()) {
	s, recorded := ctx.Value(sessionKey{}).(*session)
	if !recorded {
		return func() {}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lives = true
	return func() { s.finish(true) }
}

// ServeSessions is as Serve for sessions of Engine.IO: all requests of a client that polls are recorded as one
// connection, with the packets in their bodies.
func (b *Board) ServeSessions(w http.ResponseWriter, r *http.Request, describe Describe, next http.Handler) {
	query := r.URL.Query()
	sid := query.Get("sid")
	s := b.session(sid)
	switch {
	case query.Get("transport") != "polling" || r.Header.Get("Upgrade") != "":
		b.serve(w, r, &Line{Describe: describe, takes: s}, next)
	case s != nil:
		s.serve(w, r, next)
	case sid != "" && query.Get("page") == "": // it began when nobody watched
		next.ServeHTTP(w, r)
	default:
		b.serve(w, r, &Line{Describe: describe, polled: true}, next)
	}
}

// begin answers the request that a session may begin with.
func (b *Board) begin(w http.ResponseWriter, r *http.Request, l *Line, leave func(), next http.Handler) {
	s := &session{board: b, line: l, leave: leave}
	l.number()
	s.serve(w, r.WithContext(context.WithValue(r.Context(), sessionKey{}, s)), next)
}

// session returns the session with an id, or nil.
func (b *Board) session(id string) *session {
	if id == "" {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.sessions[id]
}

// remember remembers a session by its id, and forgets those that are long over.
func (b *Board) remember(id string, s *session) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.sessions == nil {
		b.sessions = make(map[string]*session)
	}
	b.sessions[id] = s
	for id, old := range b.sessions {
		if old.late() {
			delete(b.sessions, id)
		}
	}
}

func (s *session) late() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.ended.IsZero() && time.Since(s.ended) > lateness
}

// serve answers one request with next, and records.
func (s *session) serve(w http.ResponseWriter, r *http.Request, next http.Handler) {
	s.mu.Lock()
	s.open++
	s.mu.Unlock()
	defer s.finish(false)
	s.line.add(wire.Entry{Kind: wire.Request, Up: true, Head: s.line.requestHead(r)})

	r = r.WithContext(r.Context())
	r.Header = r.Header.Clone()
	r.Header.Del("Accept-Encoding") // a learner shall read the answer, and the client takes it so, too
	up := &heard{ReadCloser: r.Body, packets: s.packets(true)}
	r.Body = up
	answer := &polled{answer: answer{ResponseWriter: w, line: s.line}, session: s, request: r}
	next.ServeHTTP(answer, r)
	up.packets.Close(false)
	answer.finish()
}

// finish ends a request, or the whole session. The polling ends with the last of its requests.
func (s *session) finish(all bool) {
	s.mu.Lock()
	if all {
		s.over = true
	} else {
		s.open--
	}
	last := s.open == 0 && (s.over || !s.lives) && s.ended.IsZero()
	if last {
		s.ended = time.Now()
	}
	lives, aborted := s.lives, s.aborted
	s.mu.Unlock()
	if !last {
		return
	}
	if lives {
		s.line.endPolling(aborted)
	}
	s.leave()
}

// moved hears that a WebSocket has taken the session over.
func (s *session) moved() {
	s.line.closing(true)
	s.finish(true)
}

// packets returns what records the packets of one body.
func (s *session) packets(up bool) *wire.Packets {
	return wire.NewPackets(func(f wire.Frame, message []byte) {
		switch {
		case string(message) == closePacket:
			s.line.closing(up)
		case !up && len(message) > 0 && message[0] == openPacket:
			s.named(&f, message)
		}
		s.line.told(wire.Packet, up, f, message, nil)
	})
}

// named reads a session's id in the packet that opens it, and before the client does. A stranger's is a
// secret: whoever has it may speak for the client.
func (s *session) named(f *wire.Frame, message []byte) {
	var open struct {
		ID string `json:"sid"`
	}
	if json.Unmarshal(message[1:], &open) != nil || open.ID == "" {
		return
	}
	s.mu.Lock()
	first := s.id == ""
	s.id = open.ID
	s.mu.Unlock()
	if first {
		s.board.remember(open.ID, s)
	}
	if s.line.stranger {
		f.Payload = without(f.Payload, open.ID)
	}
}
