package app

import (
	"cmp"
	"net/netip"
	"sync"

	"wslab/server/gateway"
)

// Limits bound what clients may take of a server. In each, 0 is the default.
type Limits struct {
	Connections     int // at once; 20,000
	PerAddress      int // at once from one address, or one IPv6 network of 64 bits; 1,000
	Unauthenticated int // of those, how many have not shown yet who they are; 200
	Rate            int // messages each second of one client; 1,000
	Burst           int // messages at once of one client; 2,000
	Read            int // bytes of one message; 1,000,000. They hold for Unlimited servers, too
}

func (l Limits) filled() Limits {
	l.Connections = cmp.Or(l.Connections, 20_000)
	l.PerAddress = cmp.Or(l.PerAddress, 1000)
	l.Unauthenticated = cmp.Or(l.Unauthenticated, 200)
	l.Rate = cmp.Or(l.Rate, 1000)
	l.Burst = cmp.Or(l.Burst, 2000)
	l.Read = cmp.Or(l.Read, 1_000_000)
	return l
}

// counts are the connections of a server. A nil *counts lets everybody in.
type counts struct {
	most Limits

	mu        sync.Mutex
	all       int
	addresses map[string]*address
}

// address is what one address has open.
type address struct {
	connections     int
	unauthenticated int
}

func newCounts(most Limits) *counts {
	return &counts{most: most.filled(), addresses: make(map[string]*address)}
}

// enter counts a connection from remote, an address with a port, or says why there are too many.
func (c *counts) enter(remote string) (*ticket, error) {
	if c == nil {
		return &ticket{}, nil
	}
	name := addressOf(remote)
	c.mu.Lock()
	defer c.mu.Unlock()
	from := c.addresses[name]
	if from == nil {
		from = &address{}
	}
	switch {
	case c.all >= c.most.Connections:
		return nil, full
	case from.connections >= c.most.PerAddress:
		return nil, fromOneAddress
	case from.unauthenticated >= c.most.Unauthenticated:
		return nil, unauthenticated
	}
	c.addresses[name] = from
	c.all++
	from.connections++
	from.unauthenticated++
	return &ticket{counts: c, address: name}, nil
}

// addressOf returns whose connection it is: an address, or a network of IPv6, since whoever has one address there
// has 2^64.
func addressOf(remote string) string {
	parsed, err := netip.ParseAddrPort(remote)
	if err != nil {
		return remote
	}
	addr := parsed.Addr().Unmap()
	if addr.Is4() {
		return addr.String()
	}
	network, err := addr.WithZone("").Prefix(64)
	if err != nil { // 64 is in the range of IPv6
		panic(err)
	}
	return network.String()
}

// A ticket is one counted connection.
type ticket struct {
	counts  *counts
	address string
	known   bool
}

// authenticated says that the client has shown who it is. It is called at most once.
func (t *ticket) authenticated() {
	if t.counts == nil {
		return
	}
	t.counts.mu.Lock()
	defer t.counts.mu.Unlock()
	t.known = true
	t.counts.addresses[t.address].unauthenticated--
}

// leave says that the connection has ended. It is called once, and last.
func (t *ticket) leave() {
	if t.counts == nil {
		return
	}
	c := t.counts
	c.mu.Lock()
	defer c.mu.Unlock()
	from := c.addresses[t.address]
	c.all--
	from.connections--
	if !t.known {
		from.unauthenticated--
	}
	if from.connections == 0 {
		delete(c.addresses, t.address)
	}
}

// A rejection is why a connection does not come about: a word for metrics, and what the client hears.
type rejection struct {
	reason string
	why    gateway.Disconnect
}

func (r *rejection) Error() string { return r.why.Reason }
func (r *rejection) Unwrap() error { return r.why }

var (
	full            = tooMany("full", "too many connections")
	fromOneAddress  = tooMany("address", "too many connections from one address")
	unauthenticated = tooMany("unauthenticated", "too many connections from one address that have not authenticated")
	draining        = &rejection{"draining", gateway.GoingAway}
	foreign         = &rejection{reason: "origin"} // the check words it
	unauthorized    = &rejection{reason: "unauthorized"}
	unavailable     = &rejection{reason: "unavailable"}
	rejections      = []*rejection{full, fromOneAddress, unauthenticated, draining, foreign, unauthorized, unavailable}
)

func tooMany(reason, what string) *rejection {
	return &rejection{reason, gateway.Disconnect{Code: gateway.TryAgainLater.Code, Reason: gateway.TryAgainLater.Reason + ": " + what}}
}
