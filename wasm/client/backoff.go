package client

import (
	"math/rand/v2"
	"time"
)

// The waits of a [Backoff], and how long a connection has to last before the next begins with FirstWait again.
const (
	FirstWait   = time.Second
	LongestWait = 30 * time.Second
	Steady      = time.Minute
)

// A Backoff says how long a client waits before it connects again. The longest wait doubles with each try, from
// FirstWait to LongestWait, and each is random up to that: a server that has lost a thousand clients sees them come
// one by one. The zero Backoff is ready.
type Backoff struct{ longest time.Duration }

// Wait returns the next wait. Lasted is how long the connection before it did, 0 where there was none.
func (b *Backoff) Wait(lasted time.Duration) time.Duration {
	if b.longest == 0 || lasted >= Steady {
		b.longest = FirstWait
	}
	wait := rand.N(b.longest)
	b.longest = min(2*b.longest, LongestWait)
	return wait
}
