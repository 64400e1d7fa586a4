package heartbeat

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"wslab/server/gateway"
)

// A line is the way to one client, as the server has it.
type line struct {
	socket   *gateway.Socket
	answered atomic.Int64
}

// Ping sends ping number n, and waits for nothing.
func (l *line) Ping(n int) error { return Ping.Emit(l.socket, Beat{N: n}) }

// Pong returns the number in the newest pong, 0 before there is one.
func (l *line) Pong() int { return int(l.answered.Load()) }

// A Client is what has to stay connected.
type Client interface {
	// Dial connects. The error says why it does not.
	Dial(ctx context.Context) error
	// Run stays connected until the connection or ctx ends, and returns why.
	Run(ctx context.Context) error
}

// pause waits for d. It returns earlier, with an error, when ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// refused tells whether the server does not want this client: who asks again hears the same.
func refused(err error) bool {
	var why gateway.Disconnect
	return errors.As(err, &why) && why.Code == gateway.Unauthorized.Code
}
