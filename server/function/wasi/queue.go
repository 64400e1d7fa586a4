package wasi

import (
	"context"
	"io"
)

// A queue holds bytes on their way between the host and the guest, in one direction. The guest's lock
// guards it. Its host's side may wait in it; the guest's waits in poll_oneoff.
type queue struct {
	bytes []byte
	limit int
	ended bool          // nothing is added any more
	host  chan struct{} // the guest has changed it; capacity 1
}

func newQueue(limit int) queue { return queue{limit: limit, host: make(chan struct{}, 1)} }

// full reports whether the guest must not add anything.
func (q *queue) full() bool { return len(q.bytes) >= q.limit }

// end is the guest's.
func (q *queue) end() {
	q.ended = true
	signal(q.host)
}

// add takes what there is room for, from the guest.
func (q *queue) add(p []byte) (n int) {
	n = min(len(p), q.limit-len(q.bytes))
	q.bytes = append(q.bytes, p[:n]...)
	signal(q.host)
	return n
}

// read gives the guest what fits into p.
func (q *queue) read(p []byte) (n int) {
	n = copy(p, q.bytes)
	if q.bytes = q.bytes[n:]; len(q.bytes) == 0 {
		q.bytes = nil
	}
	signal(q.host)
	return n
}

// fill appends p to a queue that the guest reads. It waits while much waits there already.
func (g *Guest) fill(ctx context.Context, q *queue, p []byte) error {
	for {
		added, err := g.push(q, p)
		if added || err != nil {
			return err
		}
		select {
		case <-q.host:
		case <-g.done:
			return ErrEnded
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

// push appends p unless too much waits.
func (g *Guest) push(q *queue, p []byte) (added bool, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case q.ended:
		return false, io.ErrClosedPipe
	case q.full():
		return false, nil
	}
	q.bytes = append(q.bytes, p...)
	signal(g.wake)
	return true, nil
}

// take waits for bytes of the guest and returns all there are, and whether more can come.
func (g *Guest) take(q *queue) (batch []byte, more bool) {
	for {
		g.mu.Lock()
		batch, more = q.bytes, !q.ended
		if q.full() {
			signal(g.wake) // it may wait for room
		}
		q.bytes = nil
		g.mu.Unlock()
		if len(batch) > 0 || !more {
			return batch, more
		}
		select {
		case <-q.host:
		case <-g.done:
			g.mu.Lock()
			q.ended = true
			g.mu.Unlock()
		}
	}
}
