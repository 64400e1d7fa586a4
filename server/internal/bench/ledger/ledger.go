// Package ledger accounts for messages that are said to many clients: which of them were lost, came twice, or came in
// another order than their sender's.
package ledger

import (
	"sync"
	"sync/atomic"
)

// A Ledger knows what every sender has said, and so what every client has to hear. Numbers of messages (seq) begin
// at 1 and have no gaps.
type Ledger struct {
	senders []sender

	delivered  atomic.Int64
	lost       atomic.Int64
	duplicated atomic.Int64
	disordered atomic.Int64

	mu      sync.Mutex
	missing []Place // what clients that are gone never heard
}

// A sender is one client that talks.
type sender struct {
	sent atomic.Int64 // the number of its last message

	mu    sync.Mutex
	acked map[int64]bool
	done  chan struct{} // closed once all that was sent is acknowledged and nothing more comes; else nil
}

// A Place is one message of one sender.
type Place struct {
	Sender int // from 0
	Seq    int64
}

// New returns the ledger of so many senders.
func New(senders int) *Ledger {
	l := &Ledger{senders: make([]sender, senders)}
	for i := range l.senders {
		l.senders[i].acked = make(map[int64]bool)
	}
	return l
}

// Senders is how many there are.
func (l *Ledger) Senders() int { return len(l.senders) }

// Say notes that a sender says its next message, and returns which that is.
func (l *Ledger) Say(sender int) Place { return Place{sender, l.senders[sender].sent.Add(1)} }

// Ack notes that the server has acknowledged a message.
func (l *Ledger) Ack(p Place) {
	s := &l.senders[p.Sender]
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acked[p.Seq] = true
	s.tell()
}

// tell says that everything is acknowledged, to whoever waits for it.
func (s *sender) tell() {
	if s.done != nil && int64(len(s.acked)) == s.sent.Load() {
		close(s.done)
		s.done = nil
	}
}

// AllAcked is closed once everything that a sender has said is acknowledged. It says nothing more.
func (l *Ledger) AllAcked(sender int) <-chan struct{} {
	s := &l.senders[sender]
	s.mu.Lock()
	defer s.mu.Unlock()
	done := make(chan struct{})
	s.done = done
	s.tell()
	return done
}

// Goals are the last acknowledged messages, by sender.
func (l *Ledger) Goals() []int64 {
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

// Sums says how many messages were sent, and how many of them acknowledged.
func (l *Ledger) Sums() (sent, acked int64) {
	for i := range l.senders {
		s := &l.senders[i]
		s.mu.Lock()
		sent, acked = sent+s.sent.Load(), acked+int64(len(s.acked))
		s.mu.Unlock()
	}
	return sent, acked
}

// Unheard counts what was acknowledged and still not heard by a client that was there, a message once for each client.
func (l *Ledger) Unheard() (n int64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.missing {
		s := &l.senders[p.Sender]
		s.mu.Lock()
		if s.acked[p.Seq] {
			n++
		}
		s.mu.Unlock()
	}
	return n
}

// An Account is what clients have heard, a message once for each of them.
type Account struct {
	Delivered  int64 // repeats as well
	Lost       int64 // what came after it was heard, or had to be; also what was never acknowledged
	Duplicated int64
	Disordered int64 // was heard after what its sender said later
}

// Account says what has been heard by now.
func (l *Ledger) Account() Account {
	return Account{l.delivered.Load(), l.lost.Load(), l.duplicated.Load(), l.disordered.Load()}
}
