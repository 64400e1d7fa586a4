package function

import (
	"context"
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"wslab/server/gateway"
)

// farewellTimeout is how long a client may take to close its end, once the other is closed.
const farewellTimeout = 5 * time.Second

// A tunnel is the guest's end of a WebSocket. What the guest says passes as it is; but where the guest
// is replaced, or has crashed, the tunnel closes the WebSocket in its stead, since a client that only
// sees its connection end cannot know why.
type tunnel struct {
	io.ReadWriteCloser
	exchange *exchange

	first  sync.Once
	forget func() bool // does not wait for the guest to be replaced any more
	frames frames
	late   bool   // it was to end in the middle of a frame, which has some time to come
	parted bool   // nothing more of the guest's passes
	last   []byte // a close frame, not yet read
}

// Read implements [io.Reader]. What the guest is to be interrupted for is heard of from the first call
// on: until then the client's connection is the HTTP server's.
func (t *tunnel) Read(p []byte) (int, error) {
	t.first.Do(func() { t.forget = context.AfterFunc(t.exchange.in.moving, t.interrupt) })
	for !t.parted {
		n, err := t.pass(p)
		if n > 0 {
			return n, nil
		}
		if err != nil && !t.waits(err) {
			t.part()
		}
	}
	if len(t.last) == 0 {
		return 0, io.EOF
	}
	n := copy(p, t.last)
	t.last = t.last[n:]
	return n, nil
}

// pass reads what the guest says; if it is replaced, only the rest of a frame that it has begun.
func (t *tunnel) pass(p []byte) (n int, err error) {
	replaced := t.exchange.in.moving.Err() != nil
	if replaced && t.frames.whole() {
		return 0, io.EOF
	}
	n, err = t.ReadWriteCloser.Read(p)
	if replaced {
		return t.frames.next(p[:n]), err
	}
	for rest := p[:n]; len(rest) > 0; {
		rest = rest[t.frames.next(rest):]
	}
	return n, err
}

// interrupt ends the wait for a guest that is replaced, and bounds that for the client.
func (t *tunnel) interrupt() {
	t.bound()
	_ = t.exchange.near.SetReadDeadline(time.Now())
}

// waits reports whether err only says that the guest is replaced.
func (t *tunnel) waits(err error) bool {
	if t.late || !errors.Is(err, os.ErrDeadlineExceeded) {
		return false
	}
	t.late = true
	return t.exchange.near.SetReadDeadline(time.Now().Add(farewellTimeout)) == nil
}

// bound says how long the client has for what remains.
func (t *tunnel) bound() {
	limit := time.Now().Add(farewellTimeout)
	_ = t.exchange.control.SetReadDeadline(limit) // fails where the connection has ended
	_ = t.exchange.control.SetWriteDeadline(limit)
}

// part ends the tunnel, with a close frame where the handler did not choose its end.
func (t *tunnel) part() {
	t.parted = true
	t.forget()
	t.bound()
	why, cut := t.exchange.cut()
	if cut && t.frames.whole() && !t.frames.closed {
		t.last = closeFrame(why)
	}
}

// Write implements [io.Writer]. It does not fail where the guest listens no more: what the guest said,
// and why it is gone, is still to be told.
func (t *tunnel) Write(p []byte) (int, error) {
	_, _ = t.ReadWriteCloser.Write(p)
	return len(p), nil
}

// cut reports whether the connection was ended from outside the handler, and why.
func (x *exchange) cut() (why gateway.Disconnect, cut bool) {
	select {
	case <-x.in.guest.Done():
		x.in.alive() // returns when everybody may know
		if !x.in.dismissed() {
			return gateway.InternalError, true
		}
	default:
	}
	if x.in.moving.Err() == nil {
		return why, false
	}
	if why, closed := x.function.closing(); closed {
		return why, true
	}
	return NewVersion, true
}

// dismissed reports whether the guest was told to end.
func (in *instance) dismissed() bool {
	in.telling.RLock()
	defer in.telling.RUnlock()
	return in.told
}

// closing returns why the function is closed, if it is.
func (f *Function) closing() (why gateway.Disconnect, closed bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.farewell, f.closed
}
