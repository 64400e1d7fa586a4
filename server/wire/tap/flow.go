package tap

import (
	"io"
	"slices"
	"sync"
	"time"

	"wslab/server/wire"
)

const (
	// inFlight is how much may be on its way, in bytes, as in a network. Beyond that the writer waits.
	inFlight = 1 << 20
	// pieceCost is what a piece takes beside its bytes.
	pieceCost = 256
)

// A flow carries one direction of a connection: it cuts what it reads into frames, decides what happens
// to each, and delivers what is left of it when it is due.
type flow struct {
	conn   *conn
	up     bool
	cutter cutter

	// The reader records: to the server what arrives, to the client what is sent, as the server sees it.
	// Only one goroutine uses it.
	reader *wire.Reader
	tags   []string // what happens to what it reads

	mu     sync.Mutex
	chance chance
	gate   action        // half or stall: nothing gets through
	other  chan struct{} // closed when the gate is another

	queue []piece
	held  int           // what the queue takes
	ended bool          // nothing more comes
	more  chan struct{} // there is more in the queue, or nothing more comes; capacity 1
	room  chan struct{} // there is more room in it; capacity 1
}

// A piece is delivered with one write.
type piece struct {
	before action // what happens to the connection first
	bytes  []byte
	due    time.Time
	record []byte // what is recorded then; with the first piece of a frame
	tags   []string
}

func (p piece) cost() int { return len(p.bytes) + pieceCost }

func newFlow(c *conn, up bool, extension string, f wire.Faults) *flow {
	w := &flow{conn: c, up: up, other: make(chan struct{}), more: make(chan struct{}, 1), room: make(chan struct{}, 1)}
	w.reader = wire.NewReader(up, extension, func(f wire.Frame, message []byte) { c.line.told(wire.Framed, up, f, message, w.tags) })
	w.chance = newChance(f, up)
	return w
}

// follow makes other faults, counted from now on. What was held by a gate gets through.
func (w *flow) follow(f wire.Faults) {
	w.mu.Lock()
	w.chance = newChance(f, w.up)
	w.mu.Unlock()
	w.shut(nothing)
}

// shut closes the gate: with half or stall nothing gets through.
func (w *flow) shut(gate action) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.gate = gate
	close(w.other)
	w.other = make(chan struct{})
}

// run carries everything from src to dst until one of them ends, and then calls over with the error of src.
func (w *flow) run(src io.Reader, dst io.Writer, over func(error)) {
	delivered := make(chan struct{})
	go func() {
		defer close(delivered)
		w.deliver(dst)
	}()
	b := make([]byte, 32<<10)
	var err error
	for err == nil {
		var n int
		n, err = src.Read(b)
		w.cutter.cut(b[:n], w.send)
	}
	w.cutter.rest(w.send)
	w.mu.Lock()
	w.ended = true
	w.mu.Unlock()
	signal(w.more)
	<-delivered
	w.reader.Close()
	over(err)
}

// send decides what happens to a frame, or to a part of one that is not cut out, and sends it on its way.
func (w *flow) send(bytes []byte, h wire.Header) {
	w.mu.Lock()
	pieces := w.chance.meet(bytes, h, time.Now())
	w.mu.Unlock()
	for _, p := range pieces {
		if !w.up {
			w.record(p)
		}
		w.push(p)
	}
}

// push waits for room in the queue.
func (w *flow) push(p piece) {
	for {
		w.mu.Lock()
		fits := w.held == 0 || w.held+p.cost() <= inFlight
		if fits {
			w.queue = append(w.queue, p)
			w.held += p.cost()
		}
		w.mu.Unlock()
		if fits {
			signal(w.more)
			return
		}
		select {
		case <-w.room:
		case <-w.conn.dead:
			return
		}
	}
}

// next waits for the piece to be delivered next, and reports whether there is one.
func (w *flow) next() (piece, bool) {
	for {
		w.mu.Lock()
		ended := w.ended
		if len(w.queue) > 0 {
			p := w.queue[0]
			w.queue[0] = piece{}
			w.queue = w.queue[1:]
			w.mu.Unlock()
			return p, true
		}
		w.mu.Unlock()
		if ended {
			return piece{}, false
		}
		select {
		case <-w.more:
		case <-w.conn.dead:
			return piece{}, false
		}
	}
}

func (w *flow) record(p piece) {
	if p.record != nil {
		w.tags = p.tags
		w.reader.Write(p.record)
	}
}

// deliver writes what is due until nothing more comes or nobody takes it.
func (w *flow) deliver(dst io.Writer) {
	for {
		p, ok := w.next()
		if !ok {
			return
		}
		w.conn.act(p.before, w)
		if !w.wait(p.due) {
			return
		}
		if w.up {
			w.record(p)
		}
		if len(p.bytes) > 0 {
			if _, err := dst.Write(p.bytes); err != nil {
				w.conn.refused(w, err)
				return
			}
		}
		w.mu.Lock()
		w.held -= p.cost()
		w.mu.Unlock()
		signal(w.room)
	}
}

// wait waits until something that is due then gets through, and reports whether it ever will.
func (w *flow) wait(due time.Time) bool {
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	for {
		w.mu.Lock()
		open, other := w.gate == nothing, w.other
		w.mu.Unlock()
		if open && !time.Now().Before(due) {
			return !w.conn.isDead()
		}
		select {
		case <-timer.C:
		case <-other:
		case <-w.conn.dead:
			return false
		}
	}
}

func signal(c chan<- struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// dropped reports whether a frame with these tags never arrives.
func dropped(tags []string) bool { return slices.Contains(tags, "drop") }
