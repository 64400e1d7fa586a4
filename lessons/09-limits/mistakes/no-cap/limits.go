//go:build mistake

// Refills without a cap: who is silent for a day may flood for an hour.
//
// Rejected by TestABucketHoldsNoMoreThanItsSize: "tokens after a day"
package limits

import (
	"net/url"
	"strings"
	"time"

	"wslab/server/gateway"
)

// sameOrigin reports whether a client is no page ("" is its origin), or a page of the host that it connects to.
func sameOrigin(origin, host string) bool {
	page, err := url.Parse(origin)
	return origin == "" || err == nil && strings.EqualFold(page.Host, host)
}

// Take takes a token, if there is one.
func (b *Bucket) Take(now time.Time) bool {
	if b.at.IsZero() {
		b.tokens = b.Size
	} else {
		b.tokens += b.PerSecond * now.Sub(b.at).Seconds()
	}
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// judge returns why a client's message is refused, or nil.
func judge(c *client, now time.Time) error {
	switch {
	case c.messages.Take(now):
		return nil
	case c.warnings.Take(now):
		return TooFast
	}
	return gateway.RateLimited
}

// Enter takes a place for somebody at that address, if there is one.
func (d *Doors) Enter(address string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.all >= MaxAll || d.from[address] >= MaxFrom {
		return false
	}
	d.all++
	d.from[address]++
	return true
}

// Leave gives one place back.
func (d *Doors) Leave(address string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all--
	if d.from[address]--; d.from[address] == 0 {
		delete(d.from, address)
	}
}
