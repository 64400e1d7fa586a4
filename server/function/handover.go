package function

import (
	"context"
	"maps"
	"slices"
	"time"

	"wslab/server/gateway"
)

// grace is how long the next version waits for the one before while all that does is wait, as it does
// where a handler never returns. After that, or after drainTimeout of waiting in all, the next version
// begins beside it.
const grace = 300 * time.Millisecond

// hand lets in, a running instance of p, answer in the place of the one that answers now, if any. All
// sockets stay open: what their clients send meanwhile waits, and in meets every socket before it
// hears of any packet. It reports whether the function is still open. The turn is held.
func (f *Function) hand(p *program, in *instance) bool {
	old := f.live()
	if old != nil {
		old.drain(f.ctx)
	}
	open := f.seatAll(in)
	f.ending.Go(func() { f.watch(in) })
	if !open {
		in.end(f.ctx, gateway.GoingAway)
		if p != f.program {
			p.close()
		}
		return false
	}
	replaced := f.program
	f.program = p
	f.ending.Go(func() {
		if old != nil {
			old.finish(f.ctx)
		}
		if replaced != nil && replaced != p {
			replaced.close()
		}
	})
	return true
}

// finish stops a guest that is replaced, once it has finished what it had begun.
func (in *instance) finish(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, drainLimit)
	defer cancel()
	in.await(ctx, drainTimeout)
	in.guest.Stop(errReplaced)
	<-in.guest.Done()
}

// seatAll makes in the instance that answers, and gives it every socket.
func (f *Function) seatAll(in *instance) bool {
	f.seating.Lock()
	defer f.seating.Unlock()
	f.mu.Lock()
	if f.closed {
		f.mu.Unlock()
		return false
	}
	f.current = in
	sockets := slices.Collect(maps.Values(f.sockets))
	f.mu.Unlock() // the guest's thread wants it, and must read what it is told
	for _, s := range sockets {
		in.seat(s)
	}
	return true
}

// seatAgain gives s a seat where it was left without one: its guest had ended when it came.
func (f *Function) seatAgain(s *socket) {
	f.seating.Lock()
	defer f.seating.Unlock()
	if seat, _ := s.seated(); seat != nil {
		return
	}
	if in := f.live(); in != nil {
		in.seat(s)
	}
}
