package bench

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"wslab/server/internal/bench/load"
)

const (
	loadRounds = 3    // each of every way in turn, so that what else the machine does meets all of them
	audience   = 100  // clients that hear an event
	manyIdle   = 1000 // connections that say nothing
	beats      = 2    // heartbeats that are waited for
	beat       = 2 * time.Second
)

// A burden is what many clients cost the server, one figure for each round.
type burden struct {
	delivery []float64 // µs of the processor for one event to one client
	connect  []float64 // µs of the processor until one client is let in
	memory   []float64 // KiB for one idle connection
	beat     []float64 // µs of the processor for one heartbeat of one connection
}

func (b Bench) loads(ctx context.Context, dir string) (found of[burden], err error) {
	ctx, cancel := context.WithTimeout(ctx, 10*patience)
	defer cancel()
	for range loadRounds {
		for _, measured := range []struct {
			way    way
			events int
			into   *burden
		}{{overWS, 2000, &found.WS}, {overIO, 2000, &found.IO}, {overPolling, 200, &found.Polling}} {
			if err := b.fanOut(ctx, dir, measured.way, measured.events, measured.into); err != nil {
				return found, fmt.Errorf("%s: an event to %d clients: %w", measured.way.name, audience, err)
			}
			if err := b.idle(ctx, dir, measured.way, measured.into); err != nil {
				return found, fmt.Errorf("%s: %d idle clients: %w", measured.way.name, manyIdle, err)
			}
		}
	}
	return found, nil
}

// A crowd is many peers that read what comes.
type crowd struct {
	peers []peer
	heard chan error // one for each event that one peer has heard, or why it hears no more
	leave context.CancelFunc
	gone  sync.WaitGroup
}

// gather connects n peers, some at a time.
func gather(ctx context.Context, w way, host string, n int) (*crowd, error) {
	reading, leave := context.WithCancel(ctx)
	c := &crowd{peers: make([]peer, n), heard: make(chan error, 100*n), leave: leave}
	errs := make([]error, n)
	var dialling sync.WaitGroup
	free := make(chan struct{}, 16)
	for i := range n {
		free <- struct{}{}
		dialling.Go(func() {
			c.peers[i], errs[i] = w.dial(ctx, host)
			<-free
		})
	}
	dialling.Wait()
	if err := errors.Join(errs...); err != nil {
		leave()
		return nil, err
	}
	for _, p := range c.peers {
		c.gone.Go(func() { c.listen(reading, p, w.mark) })
	}
	return c, nil
}

func (c *crowd) listen(ctx context.Context, p peer, mark []byte) {
	for {
		text, err := p.read(ctx)
		if err != nil {
			if ctx.Err() == nil {
				c.heard <- err
			}
			return
		}
		for range bytes.Count(text, mark) {
			c.heard <- nil
		}
	}
}

func (c *crowd) end() {
	c.leave()
	for _, p := range c.peers {
		p.close()
	}
	c.gone.Wait()
}

// tell has the first peer say something, and waits until all have heard it.
func (c *crowd) tell(ctx context.Context, payload string) error {
	if err := c.peers[0].say(ctx, payload); err != nil {
		return err
	}
	for range c.peers {
		select {
		case err := <-c.heard:
			if err != nil {
				return err
			}
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// fanOut measures an event that everyone hears, one under way at a time.
func (b Bench) fanOut(ctx context.Context, dir string, w way, events int, into *burden) error {
	s, err := b.serve(ctx, dir)
	if err != nil {
		return err
	}
	defer s.Stop()
	c, err := gather(ctx, w, s.Host, audience)
	if err != nil {
		return err
	}
	defer c.end()
	payload := `"` + strings.Repeat("x", 62) + `"`
	for range events / 10 { // until buffers have grown
		if err := c.tell(ctx, payload); err != nil {
			return err
		}
	}
	before, err := s.Usage(ctx)
	if err != nil {
		return err
	}
	for range events {
		if err := c.tell(ctx, payload); err != nil {
			return err
		}
	}
	after, err := s.Usage(ctx)
	into.delivery = append(into.delivery, micros(after.CPU-before.CPU, events*audience))
	return err
}

// idle measures what many connections take that say nothing, with the heartbeat that they have by default.
func (b Bench) idle(ctx context.Context, dir string, w way, into *burden) error {
	at, err := b.rest(ctx, dir, w, 0, time.Second)
	if err != nil {
		return err
	}
	into.connect = append(into.connect, micros(at[1].CPU-at[0].CPU, manyIdle))
	into.memory = append(into.memory, (at[2].Resident-at[0].Resident)/manyIdle)
	at, err = b.rest(ctx, dir, w, beat, beat/2, beats*beat) // from between two beats to between two others
	if err != nil {
		return err
	}
	into.beat = append(into.beat, micros(at[3].CPU-at[2].CPU, beats*(manyIdle+audience)))
	return nil
}

// rest connects many clients to a server that has met some, and looks at the server before, after, and after
// each of some pauses. A heartbeat of 0 is the default.
func (b Bench) rest(ctx context.Context, dir string, w way, heartbeat time.Duration, pauses ...time.Duration) ([]load.Usage, error) {
	var args []string
	if heartbeat > 0 {
		args = []string{"--ping-interval", heartbeat.String()}
	}
	s, err := b.serve(ctx, dir, args...)
	if err != nil {
		return nil, err
	}
	defer s.Stop()
	first, err := gather(ctx, w, s.Host, audience) // so that what is needed once is there
	if err != nil {
		return nil, err
	}
	defer first.end()
	before, err := s.Usage(ctx)
	if err != nil {
		return nil, err
	}
	many, err := gather(ctx, w, s.Host, manyIdle)
	if err != nil {
		return nil, err
	}
	defer many.end()
	at := []load.Usage{before}
	for _, d := range append([]time.Duration{0}, pauses...) {
		if err := pause(ctx, d); err != nil {
			return nil, err
		}
		u, err := s.Usage(ctx)
		if err != nil {
			return nil, err
		}
		at = append(at, u)
	}
	return at, nil
}

func micros(d time.Duration, n int) float64 { return float64(d.Microseconds()) / float64(n) }

func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
