package cluster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"wslab/server/broker"
	"wslab/server/gateway"
)

// publish stores what waits, entry by entry, until ctx ends. What comes meanwhile is the next entry.
func (n *Node) publish(ctx context.Context) {
	for count := 1; ; count++ {
		select {
		case <-n.wake:
		case <-ctx.Done():
			return
		}
		for entry, size := n.take(); len(entry) > 0; entry, size = n.take() {
			id := fmt.Sprint(n.name, ".", count)
			last, err := n.store(ctx, id, entry)
			if ctx.Err() != nil {
				return
			}
			n.mu.Lock()
			n.held -= size
			n.stored += uint64(len(entry))
			if err == nil {
				n.entry = last
			} else {
				n.lost = [2]uint64{n.stored - uint64(len(entry)), n.stored}
			}
			n.tell()
			n.mu.Unlock()
			count++
		}
	}
}

// take returns what goes into the next entry.
func (n *Node) take() (entry []*gateway.Broadcast, size int) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for len(n.waiting) > len(entry) && len(entry) < perEntry {
		next := sizeOf(n.waiting[len(entry)])
		if size > 0 && size+next > maxEntry {
			break
		}
		size += next
		entry = n.waiting[:len(entry)+1]
	}
	n.waiting = n.waiting[len(entry):]
	if len(n.waiting) == 0 {
		n.waiting = nil
	}
	return entry, size
}

// retry is how long a publish that failed pauses.
const retry = 100 * time.Millisecond

// store publishes one entry until it is stored, which the broker notices by its id where an answer was lost.
func (n *Node) store(ctx context.Context, id string, entry []*gateway.Broadcast) (last uint64, err error) {
	data, err := json.Marshal(entry)
	if err != nil {
		n.options.Log.Error("a broadcast cannot be written, and nobody hears it", "err", err)
		return 0, err
	}
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
