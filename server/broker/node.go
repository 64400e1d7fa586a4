package broker

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"
)

// ErrFault is what Publish returns after [Node.FailPublish].
var ErrFault = errors.New("broker: publish failed on purpose")

// Node is one server's access to a [Memory]. Its faults are for tests: as long as none is asked for,
// there are none.
type Node struct {
	memory *Memory
	name   string

	// Under the memory's lock:
	cut      bool
	lost     *time.Timer // runs while cut, until the node counts as lost
	failures []bool      // for each Publish to fail: whether it stores nevertheless
	delay    time.Duration
}

var _ Broker = (*Node)(nil)

// Cut separates the node from the others: what it publishes waits, it reads and sees nothing new, and
// after [Timeout] its members vanish for the others.
func (n *Node) Cut() {
	m := n.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if n.cut {
		return
	}
	n.cut = true
	n.lost = time.AfterFunc(Timeout, n.vanish)
	m.tell()
}

func (n *Node) vanish() {
	n.memory.mu.Lock()
	defer n.memory.mu.Unlock()
	if n.cut {
		n.memory.members.Alive(n.name, false)
	}
}

// Restore ends a Cut: readers and watchers go on where they were.
func (n *Node) Restore() {
	m := n.memory
	m.mu.Lock()
	defer m.mu.Unlock()
	if !n.cut {
		return
	}
	n.cut = false
	n.lost.Stop()
	m.members.Alive(n.name, true)
	m.tell()
}

// FailPublish makes the next Publish return [ErrFault]; stored says whether the messages are stored
// nevertheless, as where an answer is lost. Several calls are for several publishes.
func (n *Node) FailPublish(stored bool) {
	n.memory.mu.Lock()
	defer n.memory.mu.Unlock()
	n.failures = append(n.failures, stored)
}

// Delay makes this node hear every message later.
func (n *Node) Delay(d time.Duration) {
	n.memory.mu.Lock()
	defer n.memory.mu.Unlock()
	n.delay = d
}

func (n *Node) connected() bool { return !n.cut }

// Publish implements [Log].
func (n *Node) Publish(ctx context.Context, messages ...Message) (uint64, error) {
	m := n.memory
	if err := m.await(ctx, n.connected); err != nil {
		return 0, fmt.Errorf("broker: publish: %w", err)
	}
	defer m.mu.Unlock()
	if len(n.failures) == 0 {
		return m.append(messages), nil
	}
	stored := n.failures[0]
	n.failures = n.failures[1:]
	if stored {
		m.append(messages)
	}
	return 0, ErrFault
}

// Read implements [Log].
func (n *Node) Read(ctx context.Context, after uint64, deliver func(Stored) error) error {
	for {
		batch, delay, err := n.next(ctx, after)
		if err != nil {
			return err
		}
		for _, message := range batch {
			if err := pause(ctx, delay); err != nil {
				return err
			}
			if err := deliver(message); err != nil {
				return err
			}
			after = message.Offset
		}
	}
}

// next waits for messages, and returns few enough that a Cut is felt soon.
func (n *Node) next(ctx context.Context, after uint64) (batch []Stored, delay time.Duration, err error) {
	const few = 64
	m := n.memory
	err = m.await(ctx, func() bool {
		if n.cut {
			return false
		}
		batch, err = m.after(after)
		return err != nil || len(batch) > 0
	})
	if err != nil {
		return nil, 0, err
	}
	defer m.mu.Unlock()
	batch, err = m.after(after)
	return slices.Clone(batch[:min(few, len(batch))]), n.delay, err
}

func pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Last implements [Log].
func (n *Node) Last(ctx context.Context) (uint64, error) {
	if err := n.memory.await(ctx, n.connected); err != nil {
		return 0, fmt.Errorf("broker: last: %w", err)
	}
	defer n.memory.mu.Unlock()
	return n.memory.last, nil
}
