package limits_test

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	heartbeat "wslab/lessons/07-heartbeat/solution"
	recovery "wslab/lessons/08-recovery/solution"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

// host is whom everybody connects to.
const host = "chat.example:8080"

// run runs test with a server in memory, under a fake clock: its minutes take milliseconds.
func run(t *testing.T, test func(t *testing.T, s *server)) {
	synctest.Test(t, func(t *testing.T) {
		test(t, &server{t: t, ns: gateway.NewNamespace(New)})
	})
}

// A server is what people connect to.
type server struct {
	t    *testing.T
	ns   *gateway.Namespace
	port int // of the last client
}

// What the chat of the lesson before says, as far as it is of interest.
type (
	message struct {
		From, Text string
	}
	departure struct {
		Name   string `json:"name"`
		Code   int    `json:"code"`
		Reason string `json:"reason"`
	}
)

// A person is a client with a name, and behaves as lesson 8's do: it answers pings, goes on where it was, and says one
// thing after the other.
type person struct {
	*client.Client // the newest connection
	server         *server
	name           string
	side           *recovery.Client // what it keeps while connections come and go
	newest         atomic.Int64     // number of what it has heard
	joined         chan struct{}
	said           chan message
	left           chan departure
	refused        chan string             // the codes with which it is refused
	ended          chan gateway.Disconnect // why the connection ended, as the person hears it
}

func (s *server) person(name string) *person {
	const many = 1 << 12
	p := &person{server: s, name: name, ended: make(chan gateway.Disconnect, 1), refused: make(chan string, many)}
	p.joined, p.said, p.left = make(chan struct{}, many), make(chan message, many), make(chan departure, many)
	p.side = recovery.NewClient(func(m recovery.Message) {
		p.newest.Store(int64(m.N))
		p.said <- message{m.From, m.Text}
	}, func([]recovery.Line) {})
	return p
}

// from is a handshake of a client that is no browser, with an address and a port that nobody else has.
func (s *server) from(address string) gateway.Handshake {
	s.port++
	return gateway.Handshake{Remote: fmt.Sprintf("%s:%d", address, 50_000+s.port), Host: host}
}

// connect returns the client's end of a new connection.
func (s *server) connect(h gateway.Handshake) transport.Conn {
	near, far := transport.Pipe()
	go func() {
		session, err := jsonevent.Admit(context.Background(), s.ns, h)
		if err != nil { // over HTTP this is a status
			why := gateway.AsDisconnect(err)
			_ = far.Close(why.Code, why.Reason)
			return
		}
		session.Serve(context.Background(), far, nil)
	}()
	s.t.Cleanup(func() { _ = near.Close(gateway.ClientLeft.Code, "") })
	return near
}

// enter connects a person with a good token, from an address of its own.
func (s *server) enter(name string) *person {
	s.t.Helper()
	return s.enterFrom("192.0.2."+fmt.Sprint(s.port%250+1), name)
}

func (s *server) enterFrom(address, name string) *person {
	s.t.Helper()
	p, err := s.dial(s.from(address), "ABC-123", name)
	if err == nil {
		if why := p.end(); why != (gateway.Disconnect{}) {
			err = why
		}
	}
	if err != nil {
		why := gateway.AsDisconnect(err)
		s.t.Fatalf("expected: %s is let in\n     got: the client was refused: %d %s", name, why.Code, why.Reason)
	}
	return p
}

// dial connects a person that is let in, or not. Without a token it has only what is in its handshake.
func (s *server) dial(h gateway.Handshake, token, name string) (*person, error) {
	p := s.person(name)
	return p, p.connect(h, token)
}

func (p *person) connect(h gateway.Handshake, token string) (err error) {
	var presented client.Options
	if token != "" {
		presented.Auth = map[string]string{"token": token, "name": p.name}
	}
	if p.Client, err = client.Open(p.server.t.Context(), p.server.connect(h), presented); err != nil {
		return err
	}
	ctx, over := context.WithCancel(p.server.t.Context())
	var speaking sync.WaitGroup
	p.listen(p.Client, func() { speaking.Go(func() { p.speaks(ctx, p.Client) }) })
	go func() {
		why := p.Run()
		over()
		speaking.Wait()
		p.ended <- why
	}()
	return nil
}

// listen listens to all that comes over a connection. Once the server has said where it goes on, it calls resumed.
func (p *person) listen(c *client.Client, resumed func()) {
	client.Listen(c, heartbeat.Ping, func(b heartbeat.Beat) { _ = heartbeat.Pong.Emit(c, b) })
	client.Listen(c, "welcome", func(json.RawMessage) { _ = recovery.Resume.Emit(c, p.side.Connected()) })
	client.Listen(c, recovery.Resumed, func(from recovery.Position) { p.side.Resumed(from); resumed() })
	client.Listen(c, recovery.Said, func(m recovery.Message) {
		if p.side.Hear(m) != nil { // something is missing
			_ = c.Close()
		}
	})
	client.Listen(c, "joined", func(struct{}) { p.joined <- struct{}{} })
	client.Listen(c, "left", func(d departure) { p.left <- d })
	client.Listen(c, jsonevent.ExceptionEvent, func(e gateway.Exception) { p.refused <- e.Code })
}

// speaks says what is kept to be said, until something is refused: then it comes back, or leaves.
func (p *person) speaks(ctx context.Context, c *client.Client) {
	_ = p.side.Speak(ctx, func(ctx context.Context, words recovery.Words) (recovery.Receipt, error) {
		return client.Call(ctx, c, recovery.Say, words)
	})
	_ = c.Close()
}

// chatters says n things at once, which no client of lesson 8 does.
func (p *person) chatters(n int) {
	for range n {
		words := recovery.Words{Line: recovery.Line{Key: rand.Text(), Text: "hi"}, Heard: int(p.newest.Load())}
		go func() {
			var refusal *gateway.Error
			if _, err := client.Call(p.server.t.Context(), p.Client, recovery.Say, words); errors.As(err, &refusal) {
				p.refused <- refusal.Code
			}
		}()
	}
}

// A regular is a person that comes back by itself, as in lesson 7.
type regular struct {
	*person
	address string
}

// stays keeps somebody there, until the test is over or the server does not want it.
func (s *server) stays(address, name string) *person {
	r := regular{s.person(name), address}
	go func() { _ = heartbeat.Stay(s.t.Context(), r) }()
	return r.person
}

func (r regular) Dial(context.Context) error { return r.connect(r.server.from(r.address), "ABC-123") }

func (r regular) Run(ctx context.Context) error {
	select {
	case why := <-r.ended:
		return why
	case <-ctx.Done():
		return r.Close()
	}
}

// soon waits for what must happen within a second.
func soon[T any](t *testing.T, from <-chan T, want string) (v T) {
	t.Helper()
	timeout := time.NewTimer(time.Second)
	defer timeout.Stop()
	select {
	case v = <-from:
	case <-timeout.C:
		t.Fatalf("expected: %s\n     got: nothing", want)
	}
	return v
}

// after waits for d, and not beyond the end of the test.
func after(t *testing.T, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}

// rested lets everybody's first pong be forgotten.
func rested(t *testing.T) { after(t, 5*time.Second) }

// drained counts what has come so far, and forgets it.
func drained[T any](from <-chan T) (n int) {
	synctest.Wait()
	for ; len(from) > 0; n++ {
		<-from
	}
	return n
}

// end returns why a connection has ended, the zero Disconnect where it has not.
func (p *person) end() gateway.Disconnect {
	synctest.Wait()
	select {
	case why := <-p.ended:
		p.ended <- why
		return why
	default:
		return gateway.Disconnect{}
	}
}

func requireOpen(t *testing.T, people ...*person) {
	t.Helper()
	for _, p := range people {
		if why := p.end(); why != (gateway.Disconnect{}) {
			t.Fatalf("expected: the connection stays open\n     got: the connection has ended: %d %s", why.Code, why.Reason)
		}
	}
}

// undisturbed lets Ana and Bob talk for as long as somebody attacks, and at least five times: each hears the other at
// once, and everything in order.
func undisturbed(t *testing.T, ana, bob *person, attack func()) {
	t.Helper()
	over := make(chan struct{})
	go func() { defer close(over); attack() }()
	for i, attacked := 0, true; i < 5 || attacked; i++ {
		for _, speaker := range []*person{ana, bob} {
			text := fmt.Sprint("line ", i)
			speaker.side.Say(text)
			for _, listener := range []*person{ana, bob} {
				require.Equal(t, message{speaker.name, text}, fromFriend(t, listener), "what %s hears", listener.name)
			}
		}
		after(t, 3*time.Second)
		select {
		case <-over:
			attacked = false
		default:
		}
	}
	requireOpen(t, ana, bob)
}

// fromFriend returns the next message of Ana or Bob, whatever others say.
func fromFriend(t *testing.T, listener *person) message {
	t.Helper()
	for {
		if m := soon(t, listener.said, `the event "message"`); m.From == "Ana" || m.From == "Bob" {
			return m
		}
	}
}

// requireRefused requires that the server does not let a client in, and says why.
func requireRefused(t *testing.T, want gateway.Disconnect, p *person, err error, who string) {
	t.Helper()
	var why gateway.Disconnect
	got := fmt.Sprint(err)
	switch {
	case err == nil: // it may have been told before it was refused
		why = p.end()
		if got = "the connection stays open"; why != (gateway.Disconnect{}) {
			got = fmt.Sprintf("the connection has ended: %d %s", why.Code, why.Reason)
		}
	case errors.As(err, &why):
		got = fmt.Sprintf("the client was refused: %d %s", why.Code, why.Reason)
	}
	if why != want {
		t.Fatalf("expected: %s is refused: %d %s\n     got: %s", who, want.Code, want.Reason, got)
	}
}
