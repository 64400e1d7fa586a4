package tap

import (
	"io"
	"sync"
	"time"

	"wslab/server/wire"
)

const (
	// inFlight is how many pieces may be on their way, as in a network, and inFlightBytes how long they may
	// be together. Beyond that the writer waits.
	inFlight      = 128
	inFlightBytes = 1 << 20
	// linger is how long what is on its way when its sender ends may still arrive.
	linger = 10 * time.Second
)

// A flow carries one direction of a connection: it cuts what it reads into frames, decides what happens
// to each, and delivers what is left of it when it is due.
type flow struct {
	conn   *conn
	up     bool
	cutter cutter
	queue  chan piece
	ended  chan struct{} // closed when nothing more comes
	err    error         // why; read after ended

	// The reader records: to the server what arrives, to the client what is sent, as the server sees it.
	// Only one goroutine uses it.
	reader *wire.Reader
	tags   []string // what happens to what it reads

	mu     sync.Mutex
	chance chance
	gate   action        // half or stall: nothing gets through
	other  chan struct{} // closed when the gate or the plan is another
	held   int           // bytes on their way
	room   sync.Cond     // there is more room for them
}

// A piece is delivered with one write.
type piece struct {
	bytes  []byte
	due    time.Time
	record []byte // what is recorded then; with the first piece of a frame
	tags   []string
	before action // what happens to the connection first
}

func newFlow(c *conn, up bool, extension string, f wire.Faults) *flow {
	w := &flow{conn: c, up: up, queue: make(chan piece, inFlight), ended: make(chan struct{}), other: make(chan struct{})}
	w.reader = wire.NewReader(up, extension, func(f wire.Frame, message []byte) { c.line.framed(up, f, message, w.tags) })
	w.chance = newChance(f, up)
	w.room.L = &w.mu
	return w
}

// follow makes other faults, counted from now on. What was held by a gate gets through.
func (w *flow) follow(f wire.Faults) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.chance = newChance(f, w.up)
	w.set(nothing)
}

// shut closes the gate: with half or stall nothing gets through.
func (w *flow) shut(gate action) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.set(gate)
}

func (w *flow) set(gate action) {
	w.gate = gate
	close(w.other)
	w.other = make(chan struct{})
}

// run carries everything from src to dst until one of them ends.
func (w *flow) run(src io.Reader, dst io.Writer) {
	delivered := make(chan struct{})
	go func() {
		defer close(delivered)
		w.deliver(dst)
	}()
	b := make([]byte, 32<<10)
	for w.err == nil {
		var n int
		n, w.err = src.Read(b)
		w.cutter.cut(b[:n], w.send)
	}
	w.cutter.rest(w.send)
	close(w.ended)
	close(w.queue)
	<-delivered
	w.reader.Close()
	w.conn.over(w)
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
		w.mu.Lock()
		for w.held > 0 && w.held+len(p.bytes) > inFlightBytes {
			w.room.Wait()
		}
		w.held += len(p.bytes)
		w.mu.Unlock()
		w.queue <- p
	}
}

func (w *flow) record(p piece) {
	if p.record != nil {
		w.tags = p.tags
		w.reader.Write(p.record)
	}
}

// deliver writes what is due. Where nobody takes it any more, it still empties the queue.
func (w *flow) deliver(dst io.Writer) {
	lost := false
	for p := range w.queue {
		if !lost {
			w.conn.act(p.before, w)
			lost = p.before == fin || p.before == reset || !w.wait(p.due)
		}
		if !lost {
			lost = !w.write(dst, p)
		}
		w.mu.Lock()
		w.held -= len(p.bytes)
		w.mu.Unlock()
		w.room.Signal()
	}
}

// write delivers a piece, and reports whether anybody took it.
func (w *flow) write(dst io.Writer, p piece) bool {
	if w.up {
		w.record(p)
	}
	if len(p.bytes) == 0 {
		return true
	}
	_, err := dst.Write(p.bytes)
	if err != nil {
		w.conn.tear(w)
	}
	return err == nil
}

// wait waits until something that is due then gets through, and reports whether it ever will.
func (w *flow) wait(due time.Time) bool {
	timer := time.NewTimer(time.Until(due))
	defer timer.Stop()
	var last <-chan time.Time
	ended := w.ended
	for {
		w.mu.Lock()
		open, other := w.gate == nothing, w.other
		w.mu.Unlock()
		if open && !time.Now().Before(due) {
			return true
		}
		select {
		case <-timer.C:
		case <-other:
		case <-ended:
			ended = nil
			if !open {
				return false
			}
			last = time.After(linger)
		case <-last:
			return false
		}
	}
}
