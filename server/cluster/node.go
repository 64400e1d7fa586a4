package cluster

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"wslab/server/broker"
	"wslab/server/gateway"
)

// Options configure a [Node].
type Options struct {
	// Key signs the secrets with which clients resume their sockets. All servers of a cluster have the same, of at
	// least 16 bytes.
	Key []byte
	// Patience is how long a request waits for the log before it is refused; 0 is 5 s. What it emitted may still
	// be heard later.
	Patience time.Duration
	// Log hears of what goes wrong. Nil is [slog.Default].
	Log *slog.Logger
}

const (
	maxWaiting = 8 << 20   // bytes that may wait for the log
	maxEntry   = 256 << 10 // bytes in one entry of the log, unless one broadcast is longer
	keep       = 100_000   // broadcasts that a client may have missed
	keepBytes  = 32 << 20
)

// unavailable is what a client is told whose request could not be stored in time.
var unavailable = &gateway.Error{Code: "unavailable", Message: "the servers cannot reach each other; ask again, with the same key"}

// tooLarge is what a client is told whose request emitted more than the log takes at once.
var tooLarge = &gateway.Error{Code: "too_large", Message: "this is too large to be heard on all servers"}

// Node is one server of a cluster. It is the [gateway.Relay] of one namespace.
type Node struct {
	broker  broker.Broker
	options Options
	name    string // of its entries; no two nodes ever have the same
	deliver func(*gateway.Broadcast)
	reset   func(gateway.Disconnect)

	stop  context.CancelFunc
	tasks sync.WaitGroup

	counts map[string]uint64 // of entries that were read, by node; follow's own

	mu      sync.Mutex
	waiting []*gateway.Broadcast // for the publisher
	held    int                  // their bytes, and those of what is being published
	wake    chan struct{}        // has room for one
	relayed uint64               // broadcasts that were relayed, ever
	stored  uint64               // of those, how many the log has
	entry   uint64               // where the last of them is
	lost    [2]uint64            // above the first, up to the second: those that the log does not take
	history history
	read    uint64        // the last entry that was delivered
	news    chan struct{} // closed when stored or read grows
}

var _ gateway.Relay = (*Node)(nil)

// Join has a namespace share its audiences with those of other servers. It tries until ctx ends; then the node
// lives until [Node.Close].
func Join(ctx context.Context, b broker.Broker, namespace *gateway.Namespace, o Options) (*Node, error) {
	if len(o.Key) < 16 {
		return nil, errors.New("cluster: the key must have 16 bytes or more")
	}
	o.Patience = cmp.Or(o.Patience, 5*time.Second)
	o.Log = cmp.Or(o.Log, slog.Default())
	n := &Node{
		broker: b, options: o, name: rand.Text(), deliver: namespace.Deliver, reset: namespace.Disconnect,
		counts: make(map[string]uint64), wake: make(chan struct{}, 1), news: make(chan struct{}),
	}
	from, last, err := n.begin(ctx)
	if err != nil {
		return nil, fmt.Errorf("cluster: %w", err)
	}
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	n.stop = stop
	namespace.Share(n)
	n.tasks.Go(func() { n.publish(life) })
	n.tasks.Go(func() { n.follow(life, from) })
	if err := n.await(ctx, func() bool { return n.read >= last }); err != nil { // else newcomers would hear what is old
		n.Close(ctx)
		return nil, fmt.Errorf("cluster: %w", err)
	}
	return n, nil
}

// Close ends the node's part in the cluster, once what was relayed is stored or ctx ends. Its namespace has no sockets
// any more.
func (n *Node) Close(ctx context.Context) {
	n.mu.Lock()
	all := n.relayed
	n.mu.Unlock()
	if err := n.await(ctx, func() bool { return n.stored >= all }); err != nil {
		n.options.Log.Warn("the server leaves the cluster before all that it emitted is stored")
	}
	n.stop()
	n.tasks.Wait()
}

// tell wakes who waits for news. The lock is held.
func (n *Node) tell() {
	close(n.news)
	n.news = make(chan struct{})
}

// Relay implements [gateway.Relay].
func (n *Node) Relay(b *gateway.Broadcast) error {
	size := sizeOf(b)
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.held > 0 && n.held+size > maxWaiting {
		return unavailable
	}
	n.held += size
	n.relayed++
	n.waiting = append(n.waiting, b)
	select {
	case n.wake <- struct{}{}:
	default:
	}
	return nil
}

// Relayed implements [gateway.Relay].
func (n *Node) Relayed() uint64 {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.relayed
}

// Returned implements [gateway.Relay].
func (n *Node) Returned(ctx context.Context, before uint64) error {
	mine := n.Relayed()
	if mine == before {
		return nil
	}
	ctx, cancel := context.WithTimeoutCause(ctx, n.options.Patience, unavailable)
	defer cancel()
	var entry uint64 // the last that must come back; what others publish meanwhile is not waited for
	stored, lost := false, false
	err := n.await(ctx, func() bool {
		if lost = before < n.lost[1] && n.lost[0] < mine; !stored && n.stored >= mine {
			stored, entry = true, n.entry
		}
		return lost || stored && n.read >= min(entry, n.entry)
	})
	if lost {
		return tooLarge
	}
	return err
}

// await waits until ready, which is called with the lock held.
func (n *Node) await(ctx context.Context, ready func() bool) error {
	for {
		n.mu.Lock()
		done, news := ready(), n.news
		n.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-news:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}

func sizeOf(b *gateway.Broadcast) int {
	size := 256 + len(b.Event) + len(b.Payload.Data) + len(b.Key)
	for _, a := range b.Payload.Attachments {
		size += len(a)
	}
	for _, list := range [][]string{b.Rooms, b.IDs, b.Except} {
		for _, s := range list {
			size += 16 + len(s)
		}
	}
	return size
}
