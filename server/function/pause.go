package function

import "time"

const (
	shortestPause = 250 * time.Millisecond
	longestPause  = 5 * time.Second
	// healthy is how long an instance must have run for its crash to count as the first.
	healthy = 10 * time.Second
)

// A pause spaces out the starts of a version that crashes again and again. The first crash costs
// nothing; then the pauses double.
type pause struct {
	crashes int
	last    time.Time
	until   time.Time
}

// after notes a crash.
func (p *pause) after(now time.Time) {
	if now.Sub(p.last) > healthy+longestPause {
		p.crashes = 0
	}
	p.crashes++
	p.last, p.until = now, now
	if p.crashes > 1 {
		p.until = now.Add(min(shortestPause<<min(p.crashes-2, 10), longestPause))
	}
}

// left is how long the next start must wait.
func (p *pause) left(now time.Time) time.Duration { return p.until.Sub(now) }
