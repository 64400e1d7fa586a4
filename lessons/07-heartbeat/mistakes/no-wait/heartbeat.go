//go:build mistake

// Connects again at once, again and again.
//
// Rejected by TestWhileNobodyIsThereTheWaitsGrow: "expected: a pause before each attempt"
package heartbeat

import (
	"context"

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
	for {
		err := c.Dial(ctx)
		if err == nil {
			err = c.Run(ctx)
		}
		if refused(err) {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
}
