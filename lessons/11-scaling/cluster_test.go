package scaling_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	messages "wslab/lessons/04-messages/solution"
	"wslab/server/broker"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

// patience is how long a client waits. In memory that is fake time.
const patience = 5 * time.Second

// A cluster is several servers that share a log. Servers that are killed stay in it.
type cluster []*server

// run runs test with three servers over one log in memory, under a fake clock.
func run(t *testing.T, test func(t *testing.T, memory *broker.Memory, servers cluster)) {
	synctest.Test(t, func(t *testing.T) {
		memory := broker.NewMemory()
		var servers cluster
		for _, name := range []string{"one", "two", "three"} {
			node := memory.Node(name)
			s := start(t, name, node, node.Cut)
			s.node = node
			servers = append(servers, s)
		}
		test(t, memory, servers)
	})
}

// A server is one of several.
type server struct {
	node *broker.Node // with its faults; nil where the log is not in memory

	t    *testing.T
	ns   *gateway.Namespace
	cut  func() // off the log
	stop context.CancelFunc
	over sync.WaitGroup // what runs beside the gateway

	mu     sync.Mutex
	lines  []transport.Conn
	killed bool
}

// start starts a server. It ends with the test.
func start(t *testing.T, name string, log broker.Log, cut func()) *server {
	s := &server{t: t, cut: cut}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	var follow func(context.Context, uint64) error
	s.ns = gateway.NewNamespace(func(everyone gateway.Emitter) (g gateway.Gateway) {
		g, follow = New(name, log, everyone)
		return g
	})
	s.over.Go(func() { _ = follow(ctx, 0) })
	t.Cleanup(func() {
		stop()
		s.over.Wait()
	})
	return s
}

// kill ends the server without a word to anybody, as a power cut does.
func (s *server) kill() {
	s.mu.Lock()
	s.killed = true
	for _, line := range s.lines {
		_ = line.Close(gateway.ConnectionLost.Code, "")
	}
	s.mu.Unlock()
	s.cut()
	s.stop()
}

// serve gives a client a line to the server, unless the server is dead.
func (s *server) serve() (client transport.Conn, alive bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.killed {
		return nil, false
	}
	client, far := transport.Pipe()
	s.lines = append(s.lines, far)
	s.over.Go(func() {
		session, err := jsonevent.Admit(context.Background(), s.ns, gateway.Handshake{})
		if err == nil {
			session.Serve(context.Background(), far, nil)
		}
	})
	s.t.Cleanup(func() { _ = client.Close(gateway.ClientLeft.Code, "") })
	return client, true
}

// A person is a client with a name, connected to one server.
type person struct {
	*client.Client
	t       *testing.T
	greeted chan Greeting
	heard   chan Message
	ended   chan struct{} // closed when the connection is over and all that came is in heard
}

// enter connects a person to the server.
func (s *server) enter(name string) *person {
	s.t.Helper()
	p, alive := s.welcome(name)
	if !alive {
		s.t.Fatal("the test enters a server that it has killed")
	}
	return p
}

func (s *server) welcome(name string) (p *person, alive bool) {
	s.t.Helper()
	line, alive := s.serve()
	if !alive {
		return nil, false
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	c, err := client.Open(ctx, line, client.Options{Auth: map[string]string{"token": messages.Shared, "name": name}})
	if err != nil { // killed meanwhile
		return nil, false
	}
	p = &person{c, s.t, make(chan Greeting, 1), make(chan Message, 1000), make(chan struct{})}
	client.Listen(c, Welcome, func(g Greeting) { p.greeted <- g })
	client.Listen(c, Said, func(m Message) { p.heard <- m })
	go func() {
		defer close(p.ended)
		_ = c.Run()
	}()
	return p, true
}

// An answer is what a server answers to a request.
type answer struct {
	receipt Receipt
	err     error
}

// saying sends a line and returns where its answer will be.
func (p *person) saying(line Line) <-chan answer {
	answers := make(chan answer, 1)
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), patience)
		defer cancel()
		receipt, err := client.Call(ctx, p.Client, Say, line)
		answers <- answer{receipt, err}
	}()
	return answers
}

// says says something under a key and returns where it is stored.
func (p *person) says(key, text string) Receipt {
	p.t.Helper()
	a := <-p.saying(Line{Key: key, Text: text})
	if a.err != nil {
		p.fail(fmt.Sprintf("an answer to %q", Say), a.err)
	}
	return a.receipt
}

// missed asks for what came after an offset.
func (p *person) missed(offset uint64) ([]Message, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return client.Call(ctx, p.Client, Missed, Position{Offset: offset})
}

// catchesUp asks for what came after an offset and returns the texts.
func (p *person) catchesUp(offset uint64) []string {
	p.t.Helper()
	list, err := p.missed(offset)
	if err != nil {
		p.fail(fmt.Sprintf("an answer to %q", Missed), err)
	}
	texts := make([]string, len(list))
	for i, m := range list {
		texts[i] = m.Text
	}
	return texts
}

// hears waits for the next message.
func (p *person) hears() Message {
	p.t.Helper()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case m := <-p.heard:
		return m
	case <-timeout.C:
		p.fail(fmt.Sprintf("the event %q", Said), context.DeadlineExceeded)
	}
	return Message{}
}

// hearsNothing fails if a message has come or is on its way. It is for a log in memory.
func (p *person) hearsNothing() {
	p.t.Helper()
	synctest.Wait()
	select {
	case m := <-p.heard:
		p.t.Fatalf("expected: silence\n     got: %q from %s", m.Text, m.From)
	default:
	}
}

// fail ends the test with what was expected and what came.
func (p *person) fail(want string, err error) {
	p.t.Helper()
	got := err.Error()
	if err == context.DeadlineExceeded {
		got = "nothing"
	}
	p.t.Fatalf("expected: %s\n     got: %s", want, got)
}
