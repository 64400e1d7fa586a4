package baseline

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"

	"github.com/coder/websocket"
)

// limit is what can be tuned by hand on coder/websocket. The library does handshakes, reads and control frames; data
// goes beside it. A message is one frame, encoded once; frames that come while others are being written are joined,
// once for everybody; who writes does not wait for anybody's socket. A connection is one goroutine with a stack that
// never grows, and has a read buffer only while there is something in it.
type limit struct {
	mu      sync.Mutex
	pending []byte // frames that nobody was given yet
	spare   []byte // to be the next pending
	some    chan struct{}

	membersMu sync.RWMutex
	members   []*seat

	work chan *seat
}

// A seat is one connection.
type seat struct {
	room *limit
	conn *websocket.Conn
	wire *wire
	in   interface{ Buffered() int } // what the library reads through
	at   int                         // in members
	done chan bool
}

func newLimit(ctx context.Context) http.Handler {
	l := &limit{some: make(chan struct{}, 1), work: make(chan *seat)}
	go l.flush(ctx)
	return l
}

func (l *limit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !admitted(w, r) {
		return
	}
	h := &hijacker{ResponseWriter: w}
	conn, err := websocket.Accept(h, r, nil)
	if err != nil {
		return // the library has answered
	}
	conn.SetReadLimit(maxMessage)
	s := &seat{room: l, conn: conn, wire: h.wire, in: h.in, done: make(chan bool)}
	l.join(s)
	go s.sit() // so that net/http lets go of its buffers
}

// join greets a client. Once it is greeted it hears everything.
func (l *limit) join(s *seat) {
	l.membersMu.Lock()
	defer l.membersMu.Unlock()
	s.wire.send(appendFrame(nil, []byte(greeting)))
	s.at = len(l.members)
	l.members = append(l.members, s)
}

func (l *limit) leave(s *seat) {
	l.membersMu.Lock()
	defer l.membersMu.Unlock()
	last := l.members[len(l.members)-1]
	l.members[s.at], last.at = last, s.at
	l.members = l.members[:len(l.members)-1]
}

// publish leaves a message to the flusher.
func (l *limit) publish(text []byte) {
	l.mu.Lock()
	l.pending = appendFrame(l.pending, text)
	l.mu.Unlock()
	select {
	case l.some <- struct{}{}:
	default:
	}
}

// flush gives everybody what is pending, again and again: a batch is what came while the last one was being written.
func (l *limit) flush(ctx context.Context) {
	for {
		select {
		case <-l.some:
		case <-ctx.Done():
			return
		}
		l.mu.Lock()
		batch := l.pending
		l.pending, l.spare = l.spare[:0], batch
		l.mu.Unlock()
		l.membersMu.RLock()
		for _, s := range l.members {
			s.wire.send(batch)
		}
		l.membersMu.RUnlock()
	}
}

// sit waits for what comes and has others handle it, whose stacks may grow.
func (s *seat) sit() {
	for open := true; open && s.wire.await() == nil; {
		select {
		case s.room.work <- s:
		default:
			go s.room.worker(s)
		}
		open = <-s.done
	}
	s.room.leave(s)
	_ = s.conn.CloseNow()
}

func (l *limit) worker(s *seat) {
	for ; ; s = <-l.work {
		s.done <- s.handle()
	}
}

// handle handles what has come.
func (s *seat) handle() (open bool) {
	for len(s.wire.data) > 0 || s.in.Buffered() > 0 {
		if s.next() != nil {
			return false
		}
	}
	return true
}

var texts = sync.Pool{New: func() any { return new(bytes.Buffer) }}

func (s *seat) next() error {
	_, r, err := s.conn.Reader(context.Background())
	if err != nil {
		return err
	}
	text := texts.Get().(*bytes.Buffer)
	defer texts.Put(text)
	text.Reset()
	if _, err := io.Copy(text, r); err != nil {
		return err
	}
	answer, everyone, err := reply(text.Bytes())
	switch {
	case err != nil:
		return err
	case everyone:
		s.room.publish(answer)
	default:
		s.wire.send(appendFrame(nil, answer))
	}
	return nil
}
