package heartbeat_test

import (
	"context"
	"sync"
	"time"

	"wslab/server/gateway"
)

// A traveller is a client on a train. In a tunnel its connection is half open, and it gets no new one.
type traveller struct {
	server *server

	mu     sync.Mutex
	tunnel bool
	person *person // of the newest connection
}

func (c *traveller) enterTunnel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tunnel = true
	c.person.road.dark.Store(true)
}

func (c *traveller) leaveTunnel() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.tunnel = false
}

// Dial implements Client.
func (c *traveller) Dial(context.Context) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tunnel {
		return gateway.ConnectionLost
	}
	c.person = c.server.enter("Bob")
	return nil
}

// Run implements Client. A client, too, must find out that its connection is half open: it hears no more pings.
func (c *traveller) Run(ctx context.Context) error {
	c.mu.Lock()
	p := c.person
	c.mu.Unlock()
	defer p.Close()
	for {
		silence := time.NewTimer(Interval + Timeout)
		select {
		case <-p.pings:
			silence.Stop()
		case <-silence.C:
			return gateway.ConnectionLost
		case why := <-p.ended:
			return why
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
