package natsbroker

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go"

	"wslab/server/broker"
)

// retry attempts something until it succeeds, cannot succeed, or ctx ends. An attempt that has no
// answer after a while is given up: its server may be gone.
func (b *Broker) retry(ctx context.Context, what string, attempt func(context.Context) error) error {
	wait := pauseMin
	for {
		once, cancel := context.WithTimeout(ctx, patience)
		err := attempt(once)
		cancel()
		if err == nil {
			return nil
		}
		if final := permanent(err); final != nil {
			return fmt.Errorf("natsbroker: %s: %w", what, final)
		}
		if ctx.Err() != nil || !sleep(ctx, wait) {
			return fmt.Errorf("natsbroker: %s: %w (last attempt: %v)", what, context.Cause(ctx), err)
		}
		wait = min(2*wait, pauseMax)
	}
}

// permanent is the error that no further attempt can mend, or nil.
func permanent(err error) error {
	switch {
	case errors.Is(err, nats.ErrConnectionClosed):
		return errClosed
	case errors.Is(err, nats.ErrMaxPayload):
		return fmt.Errorf("%w: %w", broker.ErrTooLarge, err)
	case errors.Is(err, nats.ErrAuthorization), errors.Is(err, broker.ErrTooLarge):
		return err
	}
	return nil
}

// sleep waits a little more or less than d, and reports whether ctx lasts.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d/2 + rand.N(d))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
