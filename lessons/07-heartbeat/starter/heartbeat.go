package heartbeat

import "context"

// watch pings a client again and again. It returns when ctx ends, or with gateway.PingTimeout where a ping has no
// pong in time.
func watch(ctx context.Context, l *line) error {
	// TODO 1: send ping 1, give the client Timeout for its pong, and return gateway.PingTimeout where l.Pong() is
	// not 1 by then. Send ping 2 one Interval after ping 1, and so on.
	<-ctx.Done()
	return ctx.Err()
}

// Stay keeps a client connected until ctx ends or the server refuses it, and returns why.
func Stay(ctx context.Context, c Client) error {
	// TODO 2: whatever went wrong, connect again, unless the client was refused. Wait before that: for a random
	// time below First, then below twice as much each time, and never longer than Max. Begin with First again
	// after a connection that has lasted for Steady.
	if err := c.Dial(ctx); err != nil {
		return err
	}
	return c.Run(ctx)
}
