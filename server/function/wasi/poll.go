package wasi

import (
	"context"
	"math"
	"time"

	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

const (
	subSize   = 48
	eventSize = 32
	forever   = time.Duration(math.MaxInt64)
)

// A subscription is what poll_oneoff is asked to wait for, as it stands in the guest's memory.
type subscription []byte

const (
	subClock = 0
	subRead  = 1
	subWrite = 2
)

func (s subscription) kind() byte             { return s[8] }
func (s subscription) fd() int32              { return int32(le.Uint32(s[16:])) }
func (s subscription) timeout() time.Duration { return time.Duration(le.Uint64(s[24:])) }
func (s subscription) absolute() bool         { return le.Uint16(s[40:])&1 != 0 }

// pollOneoff waits until one of the subscriptions has something to say. It is where a guest without
// work spends its life.
func (g *Guest) pollOneoff(ctx context.Context, memory api.Memory, args []uint64) errno {
	count := uint32(args[2])
	if count == 0 || count > maxSubscriptions {
		return errInvalid
	}
	subs, ok1 := memory.Read(uint32(args[0]), count*subSize)
	events, ok2 := memory.Read(uint32(args[1]), count*eventSize)
	if !ok1 || !ok2 {
		return errFault
	}
	g.alive()
	g.burst = 0
	g.polls++
	g.memory.Store(memory.Size())
	start := time.Now()
	for {
		n, timeout := g.ready(subs, events, time.Since(start))
		if n > 0 {
			return put(memory, uint32(args[3]), n)
		}
		g.park(ctx, timeout)
	}
}

// ready writes an event for each subscription that need not wait, and returns how many they are or
// how long to wait for the first clock.
func (g *Guest) ready(subs, events []byte, elapsed time.Duration) (n uint32, timeout time.Duration) {
	timeout = forever
	for ; len(subs) > 0; subs = subs[subSize:] {
		sub := subscription(subs[:subSize])
		failed, size, left := g.check(sub, elapsed)
		if left > 0 {
			timeout = min(timeout, left)
			continue
		}
		event := events[n*eventSize:][:eventSize]
		clear(event)
		copy(event, sub[:8]) // what the guest knows it by
		le.PutUint16(event[8:], uint16(failed))
		event[10] = sub.kind()
		le.PutUint64(event[16:], size)
		n++
	}
	return n, timeout
}

// check says whether sub is ready, with how many bytes, or else how long it must wait at most.
func (g *Guest) check(sub subscription, elapsed time.Duration) (failed errno, size uint64, left time.Duration) {
	switch {
	case sub.kind() == subClock && (sub.absolute() || sub.timeout() < 0): // Go uses neither
		return errNotSup, 0, 0
	case sub.kind() == subClock:
		return success, 0, sub.timeout() - elapsed
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	failed, size = g.state(sub.fd(), sub.kind() == subWrite)
	if failed == errAgain {
		return success, 0, forever
	}
	return failed, size, 0
}

// state says what the guest can do with a descriptor, at least with how many bytes, or errAgain where
// it must wait. The lock is held.
func (g *Guest) state(fd int32, write bool) (failed errno, size uint64) {
	c, known := g.conns[fd]
	q := g.readable(fd)
	switch {
	case known && write:
		return again(c.out.full() && !c.out.ended && !c.gone, c.out.limit-len(c.out.bytes))
	case q != nil && write:
		return success, 1 << 16
	case q != nil:
		return again(len(q.bytes) == 0 && !q.ended, len(q.bytes))
	case fd == ListenerFD && !write:
		return again(len(g.backlog) == 0, len(g.backlog))
	}
	return errBadFD, 0
}

func again(wait bool, size int) (errno, uint64) {
	if wait {
		return errAgain, 0
	}
	return success, uint64(size)
}

// idle is what a guest must want to wait for at least to count as idle. A goroutine whose turn is over
// waits for less (package preempt).
const idle = 5 * time.Millisecond

// park waits for input, or at most timeout. Meanwhile the guest does not count as stalled.
func (g *Guest) park(ctx context.Context, timeout time.Duration) {
	if timeout >= idle {
		g.idles++
	}
	g.watchdog.Stop()
	g.parked.Store(true)
	defer func() { g.parked.Store(false); g.alive() }()
	var clock <-chan time.Time
	if timeout != forever {
		timer := time.NewTimer(timeout)
		defer timer.Stop()
		clock = timer.C
	}
	select {
	case <-g.wake:
	case <-clock:
	case <-ctx.Done():
		panic(sys.NewExitError(exitStopped))
	}
}
