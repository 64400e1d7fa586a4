package gateway

import "sync"

// A queue hands what is pushed to one function, in order and in batches, on a goroutine that exists
// only while there is something to do: an idle socket has none, and what came in while the function
// was busy goes to it together.
type queue struct {
	handle func(batch []*Packet)
	limit  int // how many bytes may wait; 0 is without limit

	mu      sync.Mutex
	waiting []*Packet
	held    int // bytes that wait
	busy    bool
	closed  bool
	drained chan struct{}   // closed when nothing waits and nothing will
	resting []chan struct{} // closed when nothing waits and nothing is handled
}

// A full queue still takes a packet while nothing waits, however large it is.
func (q *queue) push(p *Packet) (accepted, open bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false, false
	}
	if q.limit > 0 && q.held > 0 && q.held+p.Size() > q.limit {
		return false, true
	}
	q.held += p.Size()
	q.waiting = append(q.waiting, p)
	q.start()
	return true, true
}

// start runs the queue unless it runs. The lock is held.
func (q *queue) start() {
	if !q.busy {
		q.busy = true
		go q.run()
	}
}

func (q *queue) run() {
	for {
		q.mu.Lock()
		batch := q.waiting
		q.waiting, q.held = nil, 0
		if len(batch) == 0 {
			q.busy = false
			if q.closed {
				close(q.drained)
			}
			for _, rest := range q.resting {
				close(rest)
			}
			q.resting = nil
			q.mu.Unlock()
			return
		}
		q.mu.Unlock()
		q.handle(batch)
	}
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
	q.start()
	return q.drained
}

// settled returns a channel that is closed as soon as nothing waits and nothing is handled.
func (q *queue) settled() <-chan struct{} {
	q.mu.Lock()
	defer q.mu.Unlock()
	rest := make(chan struct{})
	if !q.busy && len(q.waiting) == 0 {
		close(rest)
		return rest
	}
	q.resting = append(q.resting, rest)
	return rest
}
