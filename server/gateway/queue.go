package gateway

import (
	"sync"
	"sync/atomic"
)

// A queue hands batches to one function, in order. It has a goroutine only while something must be waited
// for: an idle socket has none. What comes in meanwhile is the next batch.
type queue struct {
	begin func(batch *Batch) (rest func()) // does what it can without waiting; rest, if any, may wait
	limit int                              // how many bytes may wait; 0 is without limit
	known atomic.Uint64                    // broadcasts up to this offset do not count: the relay keeps them anyway

	mu      sync.Mutex
	waiting []*Packet
	held    int  // bytes that wait
	full    bool // a packet was refused, and so is what comes after it
	busy    bool
	closed  bool
	drained chan struct{}   // closed when nothing waits and nothing will
	resting []chan struct{} // closed when nothing waits and nothing is handled
}

// A full queue still takes a packet while nothing waits, however large it is.
func (q *queue) push(batch *Batch) (accepted, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, false
	}
	if !q.busy {
		if rest := q.begin(batch); rest != nil {
			q.busy = true
			go q.run(rest)
		}
		return true, true
	}
	for _, p := range batch.Packets {
		size := q.size(p)
		q.full = q.full || q.limit > 0 && q.held > 0 && size > 0 && q.held+size > q.limit
		if q.full {
			return false, true
		}
		q.held += size
		q.waiting = append(q.waiting, p)
	}
	return true, true
}

// size is what a packet adds to what waits, in bytes.
func (q *queue) size(p *Packet) int {
	if p.Offset > 0 && p.Offset <= q.known.Load() {
		return 0
	}
	return p.Size()
}

// run waits for the rest of a batch, and does what waits.
func (q *queue) run(rest func()) {
	for {
		if rest != nil {
			rest()
		}
		q.mu.Lock()
		if len(q.waiting) == 0 {
			q.idle()
			q.mu.Unlock()
			return
		}
		batch := NewBatch(q.waiting...)
		q.waiting, q.held = nil, 0
		rest = q.begin(batch)
		q.mu.Unlock()
	}
}

// release lets a queue begin that was made busy.
func (q *queue) release() {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.waiting) > 0 {
		go q.run(nil)
		return
	}
	q.idle()
}

// idle notes that nothing waits. The lock is held.
func (q *queue) idle() {
	q.busy = false
	if q.closed {
		close(q.drained)
	}
	for _, rest := range q.resting {
		close(rest)
	}
	q.resting = nil
}

// refused reports whether a packet was too much.
func (q *queue) refused() bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	return q.full
}

// close refuses further packets, with discard also those that wait, and returns a channel that is
// closed when all accepted ones are handled. It is called once.
func (q *queue) close(discard bool) <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.closed, q.drained = true, make(chan struct{})
	if discard {
		q.waiting, q.held = nil, 0
	}
	if !q.busy {
		close(q.drained)
	}
	return q.drained
}

// settled returns a channel that is closed as soon as nothing waits and nothing is handled.
func (q *queue) settled() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	rest := make(chan struct{})
	if q.busy {
		q.resting = append(q.resting, rest)
	} else {
		close(rest)
	}
	return rest
}
