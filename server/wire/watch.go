package wire

import (
	"context"

	"wslab/server/gateway"
)

// Next asks for what has happened after an entry. It is answered as soon as there is something, with the
// oldest entries first; who asks again only when it has shown them is never overrun.
const Next gateway.Request[Cursor, []Entry] = "next"

// Cursor says which entries are wanted: those on the connections of a page, after number After.
type Cursor struct {
	Page  string `json:"page"`
	After uint64 `json:"after"`
}

// The most that one answer holds.
const (
	maxBatch      = 500
	maxBatchBytes = 256 << 10
)

// Watch returns a gateway that answers [Next] from the log that find returns for a page.
func Watch(find func(page string) *Log) func(gateway.Emitter) gateway.Gateway {
	next := func(ctx context.Context, _ *gateway.Socket, c Cursor) ([]Entry, error) {
		entries, err := find(c.Page).After(ctx, c.After, maxBatch)
		bytes := 0
		for i, e := range entries {
			if bytes += e.size(); bytes > maxBatchBytes && i > 0 {
				return entries[:i], nil
			}
		}
		return entries, err
	}
	return func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{Events: gateway.Events{Next.Handle(next)}}
	}
}
