package ledger

import (
	"context"
	"fmt"
	"sync"
)

// A Listener checks what one client hears, from its connected to its end.
type Listener struct {
	ledger *Ledger

	mu       sync.Mutex
	senders  []heard
	missing  map[Place]bool
	goals    []int64       // to be heard by now; nil until asked
	caughtUp chan struct{} // closed when they are
	left     bool          // the account is closed
}

// heard is what a client knows of one sender.
type heard struct {
	latest int64 // the first message is this one or an earlier one: it was sent after the client was in
	first  int64 // 0 until something is heard
	next   int64
}

// Join begins the account of a client that has just heard that it is connected. What is sent from here on must be
// heard. What was under way may be.
func (l *Ledger) Join() *Listener {
	h := &Listener{ledger: l, senders: make([]heard, len(l.senders)), missing: make(map[Place]bool)}
	for i := range h.senders {
		latest := l.senders[i].sent.Load() + 1
		h.senders[i] = heard{latest: latest, next: latest}
	}
	return h
}

// Hear takes a message into account. Its error says that there is no such sender.
func (h *Listener) Hear(p Place) error {
	if p.Sender < 0 || p.Sender >= len(h.senders) {
		return fmt.Errorf("a message that nobody sent: %d of the sender %d", p.Seq, p.Sender)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.left {
		return nil
	}
	h.ledger.delivered.Add(1)
	from := &h.senders[p.Sender]
	if from.first == 0 {
		from.first = min(p.Seq, from.latest)
		from.next = from.first
	}
	switch {
	case p.Seq >= from.next:
		h.miss(p.Sender, p.Seq)
		from.next = p.Seq + 1
	case h.missing[p]: // not lost, but late
		delete(h.missing, p)
		h.ledger.lost.Add(-1)
		h.ledger.disordered.Add(1)
	case p.Seq < from.first:
		from.first = p.Seq
		h.ledger.disordered.Add(1)
	default:
		h.ledger.duplicated.Add(1)
	}
	h.tell()
	return nil
}

// miss notes that messages of a sender before a number have not been heard.
func (h *Listener) miss(sender int, before int64) {
	for seq := h.senders[sender].next; seq < before; seq++ {
		h.missing[Place{sender, seq}] = true
		h.ledger.lost.Add(1)
	}
}

// Leave closes the account of a client, once. One that was not cut must have heard up to its goals.
func (h *Listener) Leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.left {
		return
	}
	h.left = true
	for i, goal := range h.goals {
		h.miss(i, goal+1)
	}
	h.tell()
	h.ledger.mu.Lock()
	defer h.ledger.mu.Unlock()
	for p := range h.missing {
		h.ledger.missing = append(h.ledger.missing, p)
	}
}

// Wait waits until a client has heard up to these messages, by sender.
func (h *Listener) Wait(ctx context.Context, goals []int64) {
	h.mu.Lock()
	done := make(chan struct{})
	h.goals, h.caughtUp = goals, done
	h.tell()
	h.mu.Unlock()
	select {
	case <-done:
	case <-ctx.Done():
	}
}

// tell says that the client has caught up, to whoever waits for it.
func (h *Listener) tell() {
	if h.caughtUp == nil {
		return
	}
	for i, goal := range h.goals {
		if h.senders[i].next <= goal && !h.left {
			return
		}
	}
	close(h.caughtUp)
	h.caughtUp = nil
}
