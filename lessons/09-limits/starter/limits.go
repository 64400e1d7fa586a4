package limits

import "time"

// sameOrigin reports whether a client is no page ("" is its origin), or a page of the host that it connects to.
func sameOrigin(origin, host string) bool {
	// TODO 1: an origin is "http://chat.example:8080", a host "chat.example:8080". Let in who has no origin, and who
	// has exactly this host in it; capitals make no difference.
	return true
}

// Take takes a token, if there is one.
func (b *Bucket) Take(now time.Time) bool {
	// TODO 2: put into b.tokens what b.PerSecond has brought since b.at, parts of a token included, and no more than
	// fits. Then take one.
	return true
}

// judge returns why a client's message is refused, or nil.
func judge(c *client, now time.Time) error {
	// TODO 3: a message takes a token of c.messages. Where there is none it takes one of c.warnings, and is refused
	// with TooFast. Where there is none either, gateway.RateLimited ends the client.
	return nil
}

// Enter takes a place for somebody at that address, if there is one.
func (d *Doors) Enter(address string) bool {
	// TODO 4: at most MaxAll are inside, and at most MaxFrom of one address. Many come at the same time.
	return true
}

// Leave gives one place back.
func (d *Doors) Leave(address string) {
	// TODO 5: an address from which nobody is inside any more is forgotten.
}
