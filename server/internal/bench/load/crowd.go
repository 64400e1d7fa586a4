package load

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// A crowd is many clients that count what they hear.
type crowd struct {
	format  format
	clients []*client
	heard   atomic.Int64 // messages, all clients together
	wanted  atomic.Int64 // of them, when reached tells
	reached chan struct{}
	lost    chan error // a connection that ended
	ending  atomic.Bool
	gone    sync.WaitGroup
}

// dialling is how many clients connect at once.
const dialling = 16

// gather connects n clients with buffers of some bytes, until one of them cannot. Nobody listens yet.
func gather(ctx context.Context, f format, host string, n, buffer int) (*crowd, error) {
	c := &crowd{format: f, clients: make([]*client, n), reached: make(chan struct{}, 1), lost: make(chan error, n)}
	ctx, fail := context.WithCancelCause(ctx)
	defer fail(nil)
	var done sync.WaitGroup
	var next atomic.Int64
	for range dialling {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < n && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				var err error
				if c.clients[i], err = f.dial(ctx, host, source(i), buffer); err != nil {
					fail(fmt.Errorf("client %d of %d: %w", i+1, n, explained(err)))
				}
			}
		})
	}
	done.Wait()
	if err := context.Cause(ctx); err != nil {
		c.end()
		return nil, err
	}
	return c, nil
}

// explained says what to do about a client that found no port to connect from.
func explained(err error) error {
	if !errors.Is(err, syscall.EADDRNOTAVAIL) {
		return err
	}
	return fmt.Errorf("%w: its address has no port left, as a connection that has ended holds its own for a minute. "+
		"Wait so long, or allow more ports (on Linux: sysctl net.ipv4.ip_local_port_range), and measure again", err)
}

// listen has these clients count what they hear.
func (c *crowd) listen(clients []*client) {
	for _, one := range clients {
		c.gone.Go(func() {
			err := one.listen(c.count)
			if !c.ending.Load() {
				c.lost <- fmt.Errorf("a client's connection ended: %w", err)
			}
		})
	}
}

func (c *crowd) count(n int) {
	if heard := c.heard.Add(int64(n)); heard >= c.wanted.Load() {
		select {
		case c.reached <- struct{}{}:
		default:
		}
	}
}

// want says how many messages more all of them are to hear. It comes before anybody says something.
func (c *crowd) want(n int) {
	select {
	case <-c.reached:
	default:
	}
	c.wanted.Store(c.heard.Load() + int64(n))
}

// wait waits until they have heard as many messages as was wanted.
func (c *crowd) wait(ctx context.Context) error {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for c.heard.Load() < c.wanted.Load() {
		select {
		case <-c.reached:
		case err := <-c.lost:
			return err
		case <-timeout.C:
			return fmt.Errorf("of %d messages %d never came", c.wanted.Load(), c.wanted.Load()-c.heard.Load())
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// end closes all connections.
func (c *crowd) end() {
	c.ending.Store(true)
	for _, one := range c.clients {
		if one != nil {
			one.nc.Close()
		}
	}
	c.gone.Wait()
}
