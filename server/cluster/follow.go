package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"wslab/server/broker"
	"wslab/server/gateway"
)

// perEntry is how many broadcasts an entry holds at most. The offset of a broadcast is that of its entry, times
// perEntry, plus its place in it; up to 2^41 entries JavaScript holds it exactly.
const perEntry = 1 << 12

// begin returns from where the node reads: far enough back for clients that come from a server that was lost.
func (n *Node) begin(ctx context.Context) (from, last uint64, err error) {
	last, err = n.broker.Last(ctx)
	if err != nil {
		return 0, 0, err
	}
	for back := min(last, keep); ; back /= 2 {
		from = last - back
		if back == 0 || n.holds(ctx, from) {
			n.history.begin((from + 1) * perEntry)
			n.read = from
			return from, last, nil
		}
	}
}

// holds reports whether what follows an offset is stored.
func (n *Node) holds(ctx context.Context, from uint64) bool {
	err := n.broker.Read(ctx, from, func(broker.Stored) error { return errEnough })
	return errors.Is(err, errEnough)
}

var errEnough = errors.New("enough")

// follow delivers what the log has until ctx ends.
func (n *Node) follow(ctx context.Context, from uint64) {
	for {
		err := n.broker.Read(ctx, from, func(s broker.Stored) error {
			from = s.Offset
			n.accept(s)
			return nil
		})
		if ctx.Err() != nil {
			return
		}
		if errors.Is(err, broker.ErrTrimmed) {
			from = n.startOver(ctx, from, err)
		} else {
			n.options.Log.Warn("the cluster's log cannot be read", "err", err)
		}
		select {
		case <-time.After(retry):
		case <-ctx.Done():
		}
	}
}

// startOver goes on where the log is now. Clients have missed something that nobody can tell them: they are sent
// away, and hear when they come back that they are not recovered.
func (n *Node) startOver(ctx context.Context, from uint64, err error) uint64 {
	last, lastErr := n.broker.Last(ctx)
	if lastErr != nil {
		return from
	}
	n.options.Log.Error("the cluster's log has lost messages; clients begin anew", "err", err)
	n.mu.Lock()
	n.history = history{}
	n.history.begin((last + 1) * perEntry)
	n.read, n.entry = last, min(n.entry, last)
	n.tell()
	n.mu.Unlock()
	n.reset(gateway.TryAgainLater)
	return last
}

// accept delivers one entry.
func (n *Node) accept(s broker.Stored) {
	for i, b := range n.open(s) {
		b.Offset = s.Offset*perEntry + uint64(i)
		n.mu.Lock()
		fresh := n.history.add(b)
		n.mu.Unlock()
		if fresh {
			n.deliver(b)
		}
	}
	n.mu.Lock()
	n.read = s.Offset
	n.tell()
	n.mu.Unlock()
}

// open returns what an entry holds, nothing where it has been read before.
func (n *Node) open(s broker.Stored) []*gateway.Broadcast {
	var e entry
	err := json.Unmarshal(s.Data, &e)
	if err != nil || len(e.All) > perEntry || slices.Contains(e.All, nil) {
		n.options.Log.Error("an entry of the cluster's log is none of its servers'", "offset", s.Offset, "err", err)
		return nil
	}
	if e.Count <= n.counts[e.Node] {
		return nil
	}
	n.counts[e.Node] = e.Count
	return e.All
}
