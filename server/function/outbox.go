package function

import (
	"sync"
	"time"

	"wslab/server/gateway"
)

// An outbox keeps what guests say to a client until the client has taken it: a guest never waits.
type outbox struct {
	link gateway.Link
	wake chan struct{} // there is something to write; capacity 1

	mu      sync.Mutex
	name    string // the socket's id, to be told first
	waiting []*gateway.Packet
	held    int                 // the size of what waits
	why     *gateway.Disconnect // nothing comes after what waits
	forced  *time.Timer

	closing sync.Once
	reason  gateway.Disconnect
}

func newOutbox(link gateway.Link) *outbox {
	return &outbox{link: link, wake: make(chan struct{}, 1)}
}

func (b *outbox) open(name string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.name = name
	b.signal()
}

// push queues a packet. A client for which more than limit bytes would wait is ended.
func (b *outbox) push(p *gateway.Packet, size, limit int) {
	b.mu.Lock()
	full := b.held > 0 && b.held+size > limit
	if !full && b.why == nil {
		b.waiting = append(b.waiting, p)
		b.held += size
		b.signal()
	}
	b.mu.Unlock()
	if full {
		b.end(gateway.TooSlow)
	}
}

// end closes the link once what waits is written, and in any case after closeTimeout. The first reason
// counts. What a client that is too slow has not taken is thrown away.
func (b *outbox) end(why gateway.Disconnect) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.why != nil {
		return
	}
	b.why = &why
	patience := closeTimeout
	if why == gateway.TooSlow {
		b.waiting, patience = nil, 0
	}
	b.forced = time.AfterFunc(patience, func() { b.close(why) })
	b.signal()
}

// ending reports whether the client is to end, or has.
func (b *outbox) ending() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.why != nil
}

// readerPatience is how long after a failed write the reader may take to say how the client went.
const readerPatience = 5 * time.Second

// signal wakes the writer. The lock is held.
func (b *outbox) signal() {
	select {
	case b.wake <- struct{}{}:
	default:
	}
}

// write passes on what the guest says, until its end is said. A write also fails between a client's
// close frame and the end of its socket: the reader, which knows how the client went, has some time.
func (b *outbox) write() {
	failed := false
	for range b.wake {
		b.mu.Lock()
		name, batch, why := b.name, b.waiting, b.why
		b.name, b.waiting, b.held = "", nil, 0
		b.mu.Unlock()
		if !failed && b.pass(name, batch) != nil {
			failed = true
			time.AfterFunc(readerPatience, func() { b.close(gateway.ConnectionLost) })
		}
		if why != nil {
			b.close(*why)
			return
		}
	}
}

func (b *outbox) pass(name string, batch []*gateway.Packet) error {
	if name != "" {
		if err := b.link.Open(gateway.Opened{ID: name}); err != nil {
			return err
		}
	}
	if len(batch) == 0 {
		return nil
	}
	return gateway.NewBatch(batch...).WriteTo(b.link)
}

// close closes the link and returns the reason for which it was closed: the first.
func (b *outbox) close(why gateway.Disconnect) gateway.Disconnect {
	b.closing.Do(func() {
		b.reason = why
		_ = b.link.Close(why) // nobody is left to tell
	})
	return b.reason
}
