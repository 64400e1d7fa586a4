//go:build mistake

// Has one bucket for all clients: one who floods silences everybody.
//
// Rejected by TestEachClientHasBucketsOfItsOwn: "refusals, for one who has said nothing before"
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
	b.tokens = min(b.Size, b.tokens+b.PerSecond*now.Sub(b.at).Seconds())
	b.at = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}

// everybody is all clients.
var everybody = newClient()

// judge returns why a client's message is refused, or nil.
func judge(_ *client, now time.Time) error {
	c := everybody
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
