package load

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// A trial is one server that is given one kind of work once.
type trial struct {
	ctx    context.Context
	start  func() (*Process, error)
	format format
	budget time.Duration // for what is measured
}

// payload is 64 bytes of JSON that begin with a name.
func payload(name string) string { return fmt.Sprintf("%q", name+strings.Repeat("x", 62-len(name))) }

// with gives work to a server with n clients, that do not listen yet.
func (t trial) with(n, buffer int, work func(s *Process, c *crowd) error) error {
	s, err := t.start()
	if err != nil {
		return err
	}
	defer s.Kill()
	c, err := gather(t.ctx, t.format, s.Host, n, buffer)
	if err != nil {
		return err
	}
	defer c.end()
	return work(s, c)
}

// cost is how many µs of the server's processor something takes that says how often it was done.
func (t trial) cost(s *Process, do func() (times int64, err error)) (float64, error) {
	before, err := s.Usage(t.ctx)
	if err != nil {
		return 0, err
	}
	times, err := do()
	if err != nil {
		return 0, err
	}
	after, err := s.Usage(t.ctx)
	return micros(after.CPU-before.CPU, times), err
}

// warm does something until buffers have grown, and then measures what it takes.
func (t trial) warm(s *Process, do func(d time.Duration) (times int64, err error)) (float64, error) {
	if _, err := do(t.budget / 4); err != nil {
		return 0, err
	}
	return t.cost(s, func() (int64, error) { return do(t.budget) })
}

func micros(d time.Duration, times int64) float64 {
	return float64(d.Nanoseconds()) / 1e3 / float64(max(times, 1))
}

// tell has one client say several messages at once, which everyone hears, again and again for a while. It returns how
// many were heard.
func (c *crowd) tell(ctx context.Context, several int, d time.Duration) (heard int64, err error) {
	said := []byte(strings.Repeat(string(masked(opText, fmt.Sprintf(c.format.message, payload("")))), several))
	before := c.heard.Load()
	for begun := time.Now(); time.Since(begun) < d; {
		c.want(several * len(c.clients))
		if err := c.clients[0].say(said); err != nil {
			return 0, err
		}
		if err := c.wait(ctx); err != nil {
			return 0, err
		}
	}
	return c.heard.Load() - before, nil
}

// fanOut measures what it takes that n clients hear a message, with so many under way.
func (t trial) fanOut(n, underWay int) (cost float64, err error) {
	err = t.with(n, 200*min(underWay, 20), func(s *Process, c *crowd) error {
		c.listen(c.clients)
		cost, err = t.warm(s, func(d time.Duration) (int64, error) { return c.tell(t.ctx, underWay, d) })
		return err
	})
	return cost, err
}

// talk measures what it takes that n clients hear a message, while some of them talk: each waits until it hears what it
// said, and says the next.
func (t trial) talk(n, talkers int) (cost float64, err error) {
	err = t.with(n, 4<<10, func(s *Process, c *crowd) error {
		turns := c.turns(talkers, n, func(i int) (said, mark string) {
			mark = fmt.Sprintf("talker %d.", i)
			return fmt.Sprintf(c.format.message, payload(mark)), mark
		})
		c.listen(c.clients)
		cost, err = t.warm(s, func(d time.Duration) (int64, error) { return turns.take(t.ctx, d) })
		return err
	})
	return cost, err
}

// ask measures what a request and its answer take, where each of n clients has one under way.
func (t trial) ask(n int) (cost float64, err error) {
	err = t.with(n, 512, func(s *Process, c *crowd) error {
		turns := c.turns(n, 1, func(int) (said, mark string) { return fmt.Sprintf(c.format.echo, payload("")), "" })
		c.listen(c.clients)
		cost, err = t.warm(s, func(d time.Duration) (int64, error) { return turns.take(t.ctx, d) })
		return err
	})
	return cost, err
}
