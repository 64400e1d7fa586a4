package heartbeat_test

import (
	"context"
	"errors"
	"runtime/debug"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// A script is a client without a network: it notes when it was told to connect, and a test says what happens then.
type script struct {
	t     *testing.T
	dials []time.Time
	dial  func() error         // nil: nobody is there
	lasts func() time.Duration // how long a connection does; nil: until ctx ends
	why   gateway.Disconnect   // it ends
}

// Dial implements Client.
func (c *script) Dial(context.Context) error {
	c.dials = append(c.dials, time.Now())
	if len(c.dials) > 100_000 { // no time passes, and so no test ends
		c.t.Fatalf("expected: a pause before each attempt\n     got: %d attempts", len(c.dials))
	}
	if c.dial == nil {
		return errors.New("nobody is there")
	}
	return c.dial()
}

// Run implements Client.
func (c *script) Run(ctx context.Context) error {
	var over <-chan time.Time
	if c.lasts != nil {
		timer := time.NewTimer(c.lasts())
		defer timer.Stop()
		over = timer.C
	}
	select {
	case <-over:
		return c.why
	case <-ctx.Done():
		return ctx.Err()
	}
}

// stays runs Stay with the client for d and returns what it returned.
func stays(t *testing.T, c *script, d time.Duration) error {
	ctx, cancel := context.WithTimeout(t.Context(), d)
	defer cancel()
	defer func() {
		if what := recover(); what != nil { // else the fake clock's bubble takes all the other tests along
			t.Fatalf("panic: %v\n\tat %s", what, gatewaytest.PanicSite(string(debug.Stack())))
		}
	}()
	return Stay(ctx, c)
}

// gaps are the times between one attempt and the next.
func (c *script) gaps() (gaps []time.Duration) {
	for i := 1; i < len(c.dials); i++ {
		gaps = append(gaps, c.dials[i].Sub(c.dials[i-1]))
	}
	return gaps
}

func up() error { return nil }

func TestWhoLosesTheConnectionComesBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &script{t: t, dial: up, why: gateway.ConnectionLost}
		c.lasts = func() time.Duration {
			if len(c.dials) == 1 {
				return 5 * time.Minute
			}
			return time.Hour
		}
		require.ErrorIs(t, stays(t, c, 30*time.Minute), context.DeadlineExceeded)
		require.Len(t, c.dials, 2, "it connects, and once more after 5 minutes")
		require.LessOrEqual(t, c.gaps()[0], 5*time.Minute+First, "it is back after First at the latest")
	})
}

func TestWhileNobodyIsThereTheWaitsGrow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &script{t: t}
		require.ErrorIs(t, stays(t, c, 10*time.Minute), context.DeadlineExceeded)
		require.Greater(t, len(c.dials), 10, "it does not give up")
		require.Less(t, len(c.dials), 100, "a client that waits for a second at most would have come 1200 times")
		longest := First
		for i, gap := range c.gaps() {
			require.LessOrEqual(t, gap, longest, "wait %d is random, below twice as much as the one before could be", i+1)
			longest = min(2*longest, Max)
		}
	})
}

func TestNoWaitIsLongerThanTheCap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &script{t: t}
		require.ErrorIs(t, stays(t, c, 24*time.Hour), context.DeadlineExceeded)
		require.NotEmpty(t, c.gaps(), "it does not give up")
		require.LessOrEqual(t, slices.Max(c.gaps()), Max, "the server was away for a day, and the longest wait is Max all the same")
	})
}

func TestAThousandClientsDoNotComeBackAtOnce(t *testing.T) {
	const clients, slot = 1000, 100 * time.Millisecond
	synctest.Test(t, func(t *testing.T) {
		began := time.Now()
		var all sync.WaitGroup
		crowd := make([]*script, clients)
		for i := range crowd {
			crowd[i] = &script{t: t}
			all.Go(func() { _ = stays(t, crowd[i], time.Minute) })
		}
		all.Wait()
		slots, later := map[time.Duration]int{}, 0
		for _, c := range crowd {
			for i, at := range c.dials {
				if i > 0 { // the server fell at the first
					slots[at.Sub(began).Truncate(slot)]++
					later++
				}
			}
		}
		require.Greater(t, later, clients, "they come back")
		peak := 0
		for _, n := range slots {
			peak = max(peak, n)
		}
		require.Less(t, peak, clients/3, "so many of 1000 clients came within a tenth of a second")
	})
}

func TestAfterALongConnectionTheWaitsBeginAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 20 {
			fell, tries := time.Time{}, 0
			c := &script{t: t, why: gateway.GoingAway}
			c.dial = func() error { // the server is away for a while, there for a minute, and away again
				if tries++; tries == 12 {
					return nil
				}
				return errors.New("nobody is there")
			}
			c.lasts = func() time.Duration { fell = time.Now().Add(Steady); return Steady }
			_ = stays(t, c, time.Hour)
			require.Greater(t, len(c.dials), 12, "it comes back after the connection")
			require.LessOrEqual(t, c.dials[12].Sub(fell), First, "the first wait after a connection that lasted for Steady")
		}
	})
}

func TestAConnectionThatDoesNotLastChangesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &script{t: t, dial: up, why: gateway.InternalError, lasts: func() time.Duration { return time.Second }}
		require.ErrorIs(t, stays(t, c, 10*time.Minute), context.DeadlineExceeded)
		require.Greater(t, len(c.dials), 10, "it does not give up")
		require.Less(t, len(c.dials), 100, "a server that falls over each time is left alone for longer and longer")
	})
}

func TestWhoIsRefusedDoesNotComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &script{t: t, dial: func() error { return gateway.Unauthorized }}
		require.ErrorIs(t, stays(t, c, time.Hour), gateway.Unauthorized, "Stay says why")
		require.Len(t, c.dials, 1, "who asks again hears the same")
	})
}

func TestWhoIsThrownOutAsUnauthorizedDoesNotComeBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := &script{t: t, dial: up, why: gateway.Unauthorized, lasts: func() time.Duration { return time.Minute }}
		require.ErrorIs(t, stays(t, c, time.Hour), gateway.Unauthorized, "Stay says why")
		require.Len(t, c.dials, 1, "a token that has expired is still expired")
	})
}

func TestWhoIsToldToStopStopsAtOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for name, c := range map[string]*script{"while it waits": {t: t}, "while it is connected": {t: t, dial: up}} {
			told := time.Now().Add(5 * time.Minute)
			require.ErrorIs(t, stays(t, c, 5*time.Minute), context.DeadlineExceeded, name)
			require.Zero(t, time.Since(told), "it went on for so long, told to stop %s", name)
			require.NotEmpty(t, c.dials, "it connects")
			require.True(t, c.dials[len(c.dials)-1].Before(told), "it connected again, told to stop %s", name)
		}
	})
}
