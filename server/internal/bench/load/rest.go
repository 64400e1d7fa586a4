package load

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
)

// connect measures what it takes to let a client in, who presents a token.
func (t trial) connect(n int) (cost float64, err error) {
	err = t.with(200, 0, func(s *Process, _ *crowd) error { // so that what is needed once is there
		var many *crowd
		cost, err = t.cost(s, func() (int64, error) {
			many, err = gather(t.ctx, t.format, s.Host, n, 0)
			return int64(n), err
		})
		if err == nil {
			many.end()
		}
		return err
	})
	return cost, err
}

// settling is how long connections have been idle when their memory is looked at.
const settling = 2 * time.Second

// idle measures the KiB that an idle connection takes.
func (t trial) idle(n int) (memory float64, err error) {
	if most := openFiles(); most > 0 && most < n+500 {
		return 0, fmt.Errorf("%d connections need as many open files, and this system allows %d: raise it (ulimit -Hn) and measure again", n, most)
	}
	err = t.with(200, 0, func(s *Process, _ *crowd) error {
		before, err := s.Usage(t.ctx)
		if err != nil {
			return err
		}
		many, err := gather(t.ctx, t.format, s.Host, n, 0)
		if err != nil {
			return err
		}
		defer many.end()
		many.listen(many.clients) // for heartbeats
		if err := pause(t.ctx, settling); err != nil {
			return err
		}
		after, err := s.Usage(t.ctx)
		memory = (after.Resident - before.Resident) / float64(n)
		return err
	})
	return memory, err
}

// The stream that goes past a client that does not read.
const (
	streamed     = 20_000_000 // bytes to each of the others
	others       = 20
	longMessage  = 4000 // bytes
	streamWindow = 16   // messages under way
)

// stalled measures what others lose (messages) and how much the server grows (MiB) while one client does not read.
func (t trial) stalled() (lost, grown float64, err error) {
	err = t.with(others+1, 8<<10, func(s *Process, c *crowd) error {
		// The last client stops reading now; its window is filled in the first part of the stream, for all of them alike.
		reading := c.clients[:others]
		c.listen(reading)
		s.forget()
		before, err := s.Usage(t.ctx)
		if err != nil {
			return err
		}
		wanted := int64(streamed / longMessage * others)
		err = c.stream(t.ctx, reading)
		lost = float64(max(wanted-c.heard.Load(), 0))
		if err != nil && (t.ctx.Err() != nil || lost == 0) {
			return err
		}
		after, err := s.Usage(t.ctx)
		grown = (max(after.Peak, after.Resident) - before.Resident) / 1024
		return err
	})
	return lost, grown, err
}

// stream has the first client say long messages, some of them under way, until everyone else has heard all of them.
func (c *crowd) stream(ctx context.Context, reading []*client) error {
	long := fmt.Sprintf(c.format.message, `"`+strings.Repeat("x", longMessage-2)+`"`)
	burst := []byte(strings.Repeat(string(masked(opText, long)), streamWindow))
	var failed error
	for said := 0; said < streamed/longMessage; said += streamWindow {
		several := min(streamWindow, streamed/longMessage-said)
		c.want(several * len(reading))
		failed = reading[0].say(burst[:len(burst)/streamWindow*several])
		if failed = errors.Join(failed, c.wait(ctx)); failed != nil {
			return failed
		}
	}
	return nil
}
