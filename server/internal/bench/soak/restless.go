package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// restless is one client after the other, each of which is cut, until nobody talks any more. The next one comes as
// soon as one begins to be cut, so that the number of those who listen stays what it is.
func (r *run) restless(talking, ctx context.Context, f format) {
	for talking.Err() == nil {
		c, err := f.dial(ctx, r.host, r.ledger)
		if err != nil {
			if ctx.Err() == nil {
				r.note(fmt.Errorf("a new client was refused: %w", err))
			}
			pause(talking, time.Second)
			continue
		}
		r.live(talking, ctx, c)
		r.gone.Go(func() { r.cutOff(ctx, c) })
	}
}

// live has a client listen until it is to be cut, and closes its account.
func (r *run) live(talking, ctx context.Context, c *client) {
	r.open.Add(1)
	defer r.open.Add(-1)
	r.gone.Go(func() { c.listen(ctx, func(int64) {}) })
	timer := time.NewTimer(r.Life/2 + rand.N(r.Life))
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-talking.Done():
	case err := <-c.over:
		r.note(fmt.Errorf("%w: %w", errThrownOut, err))
	}
	c.Leave()
}

// cutOff has one fault after the other happen.
func (r *run) cutOff(ctx context.Context, c *client) {
	defer c.nc.Close()
	for {
		at := int(r.nth.Add(1)-1) % len(faults)
		if fault := faults[at]; !fault.limits || r.Limited {
			r.cut[at].Add(1)
			if err := fault.happen(ctx, c); err != nil && ctx.Err() == nil {
				r.note(fmt.Errorf("%s: %w", fault.name, err))
			}
			return
		}
	}
}
