package soak

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

// A fault is what becomes of a client that does not say goodbye. It returns once the connection is over, or with
// what the server should have done meanwhile. The client is listening and ends with ctx.
type fault struct {
	name   string
	happen func(ctx context.Context, c *client) error
	limits bool // it is for servers with limits
}

var faults = []fault{
	{name: "FIN", happen: finish},
	{name: "RST", happen: reset},
	{name: "stalled", happen: stall},
	{name: "half open", happen: halfOpen},
	{name: "garbage", happen: garble},
	{name: "flood", happen: flood, limits: true},
}

// finish ends the connection of TCP, without a close frame.
func finish(_ context.Context, c *client) error { return c.nc.Close() }

// reset aborts the connection of TCP.
func reset(_ context.Context, c *client) error {
	_ = c.nc.SetLinger(0)
	return c.nc.Close()
}

// stall reads nothing for some seconds, some of them longer than the server waits for a pong, and is gone then.
func stall(ctx context.Context, c *client) error {
	c.gate.Lock()
	defer c.gate.Unlock()
	pause(ctx, rand.N(pingInterval+pingTimeout+5*time.Second))
	return reset(ctx, c)
}

// halfOpen takes what comes and never answers, as a client whose network has gone in one direction. The server has to
// give it up.
func halfOpen(ctx context.Context, c *client) error {
	c.mute.Store(true)
	return c.ends(ctx, 2*(pingInterval+pingTimeout))
}

// garble says what is no event, and then what is no frame: bytes without a mask. The server has to end the connection.
func garble(ctx context.Context, c *client) error {
	_ = c.write(ctx, []byte(`{"event":`))
	_ = c.write(ctx, []byte(`{"event":"nobody knows this","data":[[[[]]]]}`))
	noise := make([]byte, 64)
	for i := range noise {
		noise[i] = byte(rand.N(128)) // no mask bit
	}
	_, _ = c.nc.Write(noise)
	return c.ends(ctx, pingInterval+pingTimeout)
}

// flood says at once what a limited server lets a client say at once, and leaves.
func flood(ctx context.Context, c *client) error {
	for range burst {
		if err := c.write(ctx, []byte(c.format.echo)); err != nil {
			return fmt.Errorf("a client within the rate limit was thrown out: %w", err)
		}
	}
	return c.nc.Close()
}

// ends waits for the server to end the connection.
func (c *client) ends(ctx context.Context, within time.Duration) error {
	timer := time.NewTimer(within)
	defer timer.Stop()
	select {
	case <-c.over:
	case <-ctx.Done():
	case <-timer.C:
		return fmt.Errorf("the server has kept it for %v", within)
	}
	return nil
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
