package heartbeat_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	acks "wslab/lessons/06-acks/solution"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

// run runs test with a server in memory, under a fake clock: its minutes take milliseconds.
func run(t *testing.T, test func(t *testing.T, s *server)) {
	synctest.Test(t, func(t *testing.T) {
		test(t, &server{t: t, ns: gateway.NewNamespace(New)})
	})
}

// A server is what people connect to.
type server struct {
	t  *testing.T
	ns *gateway.Namespace
}

// A person is a client with a name, and the road on which it came.
type person struct {
	*client.Client
	road   *road
	pings  chan ping
	joined chan acks.Guest
	left   chan acks.Departure
	said   chan acks.Message
	ended  chan gateway.Disconnect // why the connection ended, as the person hears it
}

// A ping is what a person has heard, and when.
type ping struct {
	n  int
	at time.Time
}

// enter connects a person who answers pings as it should.
func (s *server) enter(name string) *person { return s.enterAnd(name, func(n int) int { return n }) }

// enterAnd connects a person who answers ping n with the pong that answer returns, once it has returned.
func (s *server) enterAnd(name string, answer func(n int) int) *person {
	s.t.Helper()
	near, far := transport.Pipe()
	p := &person{road: newRoad(far)}
	go func() {
		session, err := jsonevent.Admit(context.Background(), s.ns, gateway.Handshake{})
		if err == nil {
			session.Serve(context.Background(), p.road, nil)
		}
	}()
	s.t.Cleanup(func() {
		_ = near.Close(gateway.ClientLeft.Code, "")
		p.road.end()
	})
	var err error
	p.Client, err = client.Open(s.t.Context(), near, client.Options{Auth: map[string]string{"token": acks.Shared, "name": name}})
	if err != nil {
		s.t.Fatalf("%s is not let in: %v", name, err)
	}
	p.listen(answer)
	return p
}

func (p *person) listen(answer func(n int) int) {
	const many = 1 << 12
	p.pings, p.joined, p.left = make(chan ping, many), make(chan acks.Guest, many), make(chan acks.Departure, many)
	p.said, p.ended = make(chan acks.Message, many), make(chan gateway.Disconnect, 1)
	client.Listen(p.Client, Ping, func(b Beat) {
		p.pings <- ping{b.N, time.Now()}
		go func() { _ = Pong.Emit(p.Client, Beat{N: answer(b.N)}) }()
	})
	client.Listen(p.Client, Joined, func(g acks.Guest) { p.joined <- g })
	client.Listen(p.Client, Left, func(d acks.Departure) { p.left <- d })
	client.Listen(p.Client, Said, func(m acks.Message) { p.said <- m })
	go func() { p.ended <- p.Run() }()
}

// soon waits for what must happen within d.
func soon[T any](t *testing.T, from <-chan T, d time.Duration, want string) (v T) {
	t.Helper()
	timeout := time.NewTimer(d)
	defer timeout.Stop()
	select {
	case v = <-from:
	case <-timeout.C:
		t.Fatalf("expected: %s\n     got: nothing within %v", want, d)
	}
	return v
}

// A road is the server's end of a connection. Once it is dark the connection is half open: nothing gets through,
// and nobody is told.
type road struct {
	transport.Conn
	dark   atomic.Bool
	once   sync.Once
	closed chan struct{}
}

func newRoad(conn transport.Conn) *road { return &road{Conn: conn, closed: make(chan struct{})} }

// Read implements [transport.Conn].
func (r *road) Read(ctx context.Context) (transport.Message, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-r.closed:
			cancel()
		case <-ctx.Done():
		}
	}()
	for {
		m, err := r.Conn.Read(ctx)
		switch {
		case err != nil && r.dark.Load() && ctx.Err() == nil: // the other side has gone, and nobody is told
			<-ctx.Done()
			return m, ctx.Err()
		case err != nil || !r.dark.Load():
			return m, err
		}
	}
}

// Write implements [transport.Conn].
func (r *road) Write(messages ...transport.Message) error {
	if r.dark.Load() {
		return nil
	}
	return r.Conn.Write(messages...)
}

// Close implements [transport.Conn].
func (r *road) Close(code int, reason string) error {
	r.end()
	if r.dark.Load() {
		return nil
	}
	return r.Conn.Close(code, reason)
}

// end ends the server's side alone.
func (r *road) end() { r.once.Do(func() { close(r.closed) }) }
