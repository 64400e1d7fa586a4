package heartbeat

import (
	"context"
	"math/rand/v2"
	"time"

	"wslab/server/gateway"
)

// watch pings a client again and again. It returns when ctx ends, or with gateway.PingTimeout where a ping has no
// pong in time.
func watch(ctx context.Context, l *line) error {
	for n := 1; ; n++ {
		if err := l.Ping(n); err != nil {
			return err
		}
		if err := pause(ctx, Timeout); err != nil {
			return err
		}
		if l.Pong() != n {
			return gateway.PingTimeout
		}
		if err := pause(ctx, Interval-Timeout); err != nil {
			return err
		}
	}
}

// Stay keeps a client connected until ctx ends or the server refuses it, and returns why.
func Stay(ctx context.Context, c Client) error {
	longest := First
	for {
		err := c.Dial(ctx)
		if err == nil {
			since := time.Now()
			err = c.Run(ctx)
			if time.Since(since) >= Steady {
				longest = First
			}
		}
		if refused(err) {
			return err
		}
		if err := pause(ctx, rand.N(longest)); err != nil {
			return err
		}
		longest = min(2*longest, Max)
	}
}
