package load

import (
	"bytes"
	"context"
	"fmt"
	"sync/atomic"
	"time"
)

// turns are clients that say something again whenever they have heard it.
type turns struct {
	crowd   *crowd
	hearers int // of each message
	talkers []*talker
	on      atomic.Bool
	stopped chan error // a talker has heard its last message, or cannot say the next
}

type talker struct {
	client *client
	frame  []byte
	said   atomic.Int64
}

// turns makes the first clients talk, before anybody listens. What they say is heard by so many, and each tells it from
// what others say by a mark.
func (c *crowd) turns(talkers, hearers int, words func(i int) (said, mark string)) *turns {
	t := &turns{crowd: c, hearers: hearers, stopped: make(chan error, talkers)}
	for i, one := range c.clients[:talkers] {
		said, mark := words(i)
		own := &talker{client: one, frame: masked(opText, said)}
		t.talkers = append(t.talkers, own)
		one.hears = func(payload []byte) {
			if bytes.Contains(payload, []byte(mark)) {
				t.next(own)
			}
		}
	}
	return t
}

func (t *turns) next(own *talker) {
	if !t.on.Load() {
		t.stop(nil)
		return
	}
	own.said.Add(1)
	if err := own.client.say(own.frame); err != nil {
		t.stop(err)
	}
}

// stop never waits: a server that says something twice must not hold up its reader.
func (t *turns) stop(err error) {
	select {
	case t.stopped <- err:
	default:
	}
}

// take has them talk for a while, until everything is heard, and returns how many messages were.
func (t *turns) take(ctx context.Context, d time.Duration) (heard int64, err error) {
	before := t.crowd.heard.Load()
	t.on.Store(true)
	for _, own := range t.talkers {
		own.said.Store(0)
		t.next(own)
	}
	if err := pause(ctx, d); err != nil {
		return 0, err
	}
	t.on.Store(false)
	for range t.talkers {
		select {
		case err := <-t.stopped:
			if err != nil {
				return 0, err
			}
		case err := <-t.crowd.lost:
			return 0, err
		case <-time.After(patience):
			return 0, fmt.Errorf("a client did not hear what it said, in %s", patience)
		}
	}
	all := int64(0)
	for _, own := range t.talkers {
		all += own.said.Load() * int64(t.hearers)
	}
	t.crowd.wanted.Store(before + all)
	if err := t.crowd.wait(ctx); err != nil {
		return 0, err
	}
	if more := t.crowd.heard.Load() - before - all; more > 0 {
		return 0, fmt.Errorf("the server said %d messages more than it should", more)
	}
	return all, nil
}

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
