package cluster

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wslab/server/broker"
	"wslab/server/gateway"
)

// An entry is what one node stores at once. Nodes count theirs from 1 on, so that who reads knows one that is there
// twice: the broker only sees that within [broker.Window], and a lost answer may be older.
type entry struct {
	Node  string               `json:"node"`
	Count uint64               `json:"count"`
	All   []*gateway.Broadcast `json:"all"`
}

// publish stores what waits, entry by entry, until ctx ends. What comes meanwhile is the next entry.
func (n *Node) publish(ctx context.Context) {
	for count := uint64(1); ; {
		select {
		case <-n.wake:
		case <-ctx.Done():
			return
		}
		for all, size := n.take(); len(all) > 0; all, size = n.take() {
			last, err := n.store(ctx, entry{n.name, count, all})
			if ctx.Err() != nil {
				return
			}
			n.mu.Lock()
			n.held -= size
			n.stored += uint64(len(all))
			if err == nil {
				n.entry = last
			} else {
				n.lost = [2]uint64{n.stored - uint64(len(all)), n.stored}
			}
			n.tell()
			n.mu.Unlock()
			count++
		}
	}
}

// take returns what goes into the next entry.
func (n *Node) take() (all []*gateway.Broadcast, size int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for len(n.waiting) > len(all) && len(all) < perEntry {
		next := sizeOf(n.waiting[len(all)])
		if size > 0 && size+next > maxEntry {
			break
		}
		size += next
		all = n.waiting[:len(all)+1]
	}
	n.waiting = n.waiting[len(all):]
	if len(n.waiting) == 0 {
		n.waiting = nil
	}
	return all, size
}

// retry is how long a publish that failed pauses.
const retry = 100 * time.Millisecond

// store publishes one entry until it is stored, which the broker notices by its id where an answer was lost.
func (n *Node) store(ctx context.Context, e entry) (last uint64, err error) {
	data, err := gateway.Encode(e)
	if err != nil {
		n.options.Log.Error("a broadcast cannot be written, and nobody hears it", "err", err)
		return 0, err
	}
	id := fmt.Sprint(e.Node, ".", e.Count)
	for {
		last, err = n.broker.Publish(ctx, broker.Message{ID: id, Data: data})
		switch {
		case err == nil, ctx.Err() != nil:
			return last, err
		case errors.Is(err, broker.ErrTooLarge):
			n.options.Log.Error("a broadcast is too large for the cluster, and nobody hears it", "bytes", len(data), "err", err)
			return 0, err
		}
		n.options.Log.Warn("the cluster's log cannot be reached", "err", err)
		select {
		case <-time.After(retry):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}
