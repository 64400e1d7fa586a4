package function

import (
	"sync"

	"wslab/server/gateway"
)

// An inbox keeps what a client sent until a guest has taken it: while a new version takes over, while
// a crashed one is started again, while a handler is slow.
type inbox struct {
	mu      sync.Mutex
	waiting []*gateway.Packet
	held    int                 // the size of what waits
	gone    *gateway.Disconnect // how the client went, after all that waits
	wake    chan struct{}       // there is something; capacity 1
}

// push keeps p, unless the client sends faster than anyone takes.
func (b *inbox) push(p *gateway.Packet) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.held > 0 && b.held+p.Size() > maxInbox {
		return false
	}
	b.waiting = append(b.waiting, p)
	b.held += p.Size()
	b.signal()
	return true
}

// end notes how the client went.
func (b *inbox) end(why gateway.Disconnect) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gone = &why
	b.signal()
}

// first returns what is to be taken next: a packet, or after the last that the client is gone.
func (b *inbox) first() (*gateway.Packet, *gateway.Disconnect) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) > 0 {
		return b.waiting[0], nil
	}
	return nil, b.gone
}

// how says how the client went, if it has, whatever waits.
func (b *inbox) how() *gateway.Disconnect {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.gone
}

// next drops the first packet, which is taken.
func (b *inbox) next() {
	b.mu.Lock()
	defer b.mu.Unlock()
	if len(b.waiting) > 0 {
		b.held -= b.waiting[0].Size()
		b.waiting[0] = nil
		b.waiting = b.waiting[1:]
	}
}

func (b *inbox) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}
