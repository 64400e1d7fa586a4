package soak

import (
	"sync"
	"sync/atomic"
)

// A ledger knows what every sender has said, and so what every client has to hear. Numbers of messages (seq) begin
// at 1 and have no gaps.
type ledger struct {
	senders []sender

	delivered  atomic.Int64
	lost       atomic.Int64
	duplicated atomic.Int64
	disordered atomic.Int64

	mu      sync.Mutex
	missing []place // what clients that are gone never heard
}

// A sender is one client that talks.
type sender struct {
	sent atomic.Int64 // the number of its last message

	mu    sync.Mutex
	acked map[int64]bool
	done  chan struct{} // closed once all that was sent is acknowledged and nothing more comes; else nil
}

// A place is one message of one sender.
type place struct {
	sender int
	seq    int64
}

func newLedger(senders int) *ledger {
	l := &ledger{senders: make([]sender, senders)}
	for i := range l.senders {
		l.senders[i].acked = make(map[int64]bool)
	}
	return l
}

// ack notes that the server has acknowledged a message.
func (l *ledger) ack(p place) {
	s := &l.senders[p.sender]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acked[p.seq] = true
	s.tell()
}

// tell says that everything is acknowledged, to whoever waits for it.
func (s *sender) tell() {
	if s.done != nil && int64(len(s.acked)) == s.sent.Load() {
		close(s.done)
		s.done = nil
	}
}

// allAcked is closed once everything that the sender has said is acknowledged. It says nothing more.
func (s *sender) allAcked() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	done := make(chan struct{})
	s.done = done
	s.tell()
	return done
}

// goals are the last acknowledged messages, by sender.
func (l *ledger) goals() []int64 {
	goals := make([]int64, len(l.senders))
	for i := range l.senders {
		s := &l.senders[i]
		s.mu.Lock()
		for seq := range s.acked {
			goals[i] = max(goals[i], seq)
		}
		s.mu.Unlock()
	}
	return goals
}

// sums says how many messages were sent, and how many of them acknowledged.
func (l *ledger) sums() (sent, acked int64) {
	for i := range l.senders {
		s := &l.senders[i]
		s.mu.Lock()
		sent, acked = sent+s.sent.Load(), acked+int64(len(s.acked))
		s.mu.Unlock()
	}
	return sent, acked
}

// unheard counts what was acknowledged and still not heard by a client that was there, a message once for each client.
func (l *ledger) unheard() (n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.missing {
		s := &l.senders[p.sender]
		s.mu.Lock()
		if s.acked[p.seq] {
			n++
		}
		s.mu.Unlock()
	}
	return n
}
