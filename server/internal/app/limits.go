package app

import (
	"context"
	"net"
	"net/http"
	"sync"

	"wslab/server/gateway"
	"wslab/server/transport/ws"
)

// The most connections, in all by default, and from one address.
const (
	defaultConnections = 20_000
	maxFromAddress     = 1000
	maxUnauthenticated = 200
)

// limits counts connections. A nil *limits lets everybody in.
type limits struct {
	max int

	mu        sync.Mutex
	all       int
	addresses map[string]*address
}

// address is what one address has open.
type address struct {
	connections     int
	unauthenticated int
}

func newLimits(most int) *limits {
	if most == 0 {
		most = defaultConnections
	}
	return &limits{max: most, addresses: make(map[string]*address)}
}

// limited counts every connection to next, from its handshake to its end.
func (l *limits) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t, ok := l.enter(r.RemoteAddr)
		if !ok {
			http.Error(w, gateway.TryAgainLater.Reason+": too many connections", http.StatusServiceUnavailable)
			return
		}
		ws.AtEnd(w, t.leave)
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), ticketKey{}, t)))
	})
}

type ticketKey struct{}

// enter counts a connection from remote, an address with a port, unless there are too many.
func (l *limits) enter(remote string) (*ticket, bool) {
	if l == nil {
		return &ticket{}, true
	}
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		host = remote
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	from := l.addresses[host]
	if from == nil {
		from = &address{}
	}
	if l.all >= l.max || from.connections >= maxFromAddress || from.unauthenticated >= maxUnauthenticated {
		return nil, false
	}
	l.addresses[host] = from
	l.all++
	from.connections++
	from.unauthenticated++
	return &ticket{limits: l, host: host}, true
}

// A ticket is one counted connection.
type ticket struct {
	limits *limits
	host   string
	known  bool
}

// authenticated says that the client has shown who it is. It is called at most once.
func (t *ticket) authenticated() {
	if t.limits == nil {
		return
	}
	t.limits.mu.Lock()
	defer t.limits.mu.Unlock()
	t.known = true
	t.limits.addresses[t.host].unauthenticated--
}

// leave says that the connection has ended. It is called once, and last.
func (t *ticket) leave() {
	if t.limits == nil {
		return
	}
	l := t.limits
	l.mu.Lock()
	defer l.mu.Unlock()
	from := l.addresses[t.host]
	l.all--
	from.connections--
	if !t.known {
		from.unauthenticated--
	}
	if from.connections == 0 {
		delete(l.addresses, t.host)
	}
}
