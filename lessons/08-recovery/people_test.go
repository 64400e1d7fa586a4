package recovery_test

import (
	"context"
	"encoding/json"
	"runtime/debug"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	messages "wslab/lessons/04-messages/solution"
	heartbeat "wslab/lessons/07-heartbeat/solution"
	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

const welcome gateway.Event[json.RawMessage] = "welcome"

// run runs test with a server in memory, under a fake clock: its minutes take milliseconds.
func run(t *testing.T, test func(t *testing.T, s *server)) {
	synctest.Test(t, func(t *testing.T) {
		s := &server{t: t, ns: gateway.NewNamespace(New)}
		defer s.shut()
		defer guard(t)
		test(t, s)
	})
}

// guard makes a panic in a learner's code a failure of this test: else the fake clock's bubble takes all others along.
func guard(t *testing.T) {
	if what := recover(); what != nil {
		t.Errorf("panic: %v\n\tat %s", what, gatewaytest.PanicSite(string(debug.Stack())))
	}
}

// A server is what people connect to.
type server struct {
	t  *testing.T
	ns *gateway.Namespace

	mu    sync.Mutex
	roads []*road
	again sync.Once // what must not happen at all is told once
}

// shut ends all connections, those that nobody knows to be lost, too, and waits for what has a deadline.
func (s *server) shut() {
	s.mu.Lock()
	for _, r := range s.roads {
		r.end()
	}
	s.mu.Unlock()
	time.Sleep(time.Minute)
}

// open connects somebody over a road with that weather.
func (s *server) open(ctx context.Context, name string, w weather) (*client.Client, *road, error) {
	near, far := transport.Pipe()
	r := newRoad(far, w)
	s.mu.Lock()
	s.roads = append(s.roads, r)
	s.mu.Unlock()
	go func() {
		session, err := jsonevent.Admit(context.Background(), s.ns, gateway.Handshake{})
		if err == nil {
			session.Serve(context.Background(), r, nil)
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, Patience)
	defer cancel()
	c, err := client.Open(ctx, near, client.Options{Auth: map[string]string{"token": messages.Shared, "name": name}})
	if err != nil {
		_ = near.Close(gateway.ClientLeft.Code, "")
	}
	return c, r, err
}

// A person keeps its side of the chat while connections come and go.
type person struct {
	*Client
	server *server
	name   string
	travel func(connection int) weather // nil: always fine

	mu      sync.Mutex
	heard   []Message
	holes   []int  // how much it had heard whenever it was told that something is lost
	doubt   []Line // what it may or may not have said
	tries   int
	answers map[string]int // by key
	road    *road          // of the newest connection
}

func (s *server) person(name string) *person {
	p := &person{server: s, name: name, answers: map[string]int{}}
	p.Client = NewClient(
		func(m Message) { p.locked(func() { p.heard = append(p.heard, m) }) },
		func(doubt []Line) {
			p.locked(func() { p.holes, p.doubt = append(p.holes, len(p.heard)), append(p.doubt, doubt...) })
		})
	return p
}

func (p *person) locked(do func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	do()
}

// texts are what the person has heard so far.
func (p *person) texts() (texts []string) {
	synctest.Wait()
	p.locked(func() {
		for _, m := range p.heard {
			texts = append(texts, m.Text)
		}
	})
	return texts
}

// stays keeps the person connected until ctx ends. The waits are lesson 7's, but not as long.
func (p *person) stays(ctx context.Context, wait func() time.Duration) {
	for ctx.Err() == nil {
		p.connected(ctx)
		pause := time.NewTimer(wait())
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
		}
	}
}

// connected is one connection, from beginning to end.
func (p *person) connected(ctx context.Context) {
	var w weather
	if p.travel != nil {
		w = p.travel(p.tries)
	}
	p.tries++
	c, r, err := p.server.open(ctx, p.name, w)
	if err != nil {
		return
	}
	p.locked(func() { p.road = r })
	ctx, cancel := context.WithCancel(ctx)
	beats, resumed := make(chan struct{}, 1), make(chan struct{}, 1)
	p.listen(c, beats, resumed)
	var ended sync.WaitGroup
	ended.Go(func() { c.Run(); cancel() })
	ended.Go(func() { silence(ctx, beats); cancel() })
	ended.Go(func() {
		defer cancel()
		defer guard(p.server.t)
		patience := time.NewTimer(2 * Patience)
		defer patience.Stop()
		select {
		case <-resumed:
			_ = p.Speak(ctx, p.once(c))
		case <-patience.C:
		case <-ctx.Done():
		}
	})
	<-ctx.Done()
	_ = c.Close()
	ended.Wait() // nothing that comes over this connection is heard after the next one has begun
}

func (p *person) listen(c *client.Client, beats, resumed chan<- struct{}) {
	tell := func(whom chan<- struct{}) {
		select {
		case whom <- struct{}{}:
		default:
		}
	}
	client.Listen(c, heartbeat.Ping, func(b heartbeat.Beat) {
		tell(beats)
		_ = heartbeat.Pong.Emit(c, b)
	})
	client.Listen(c, welcome, func(json.RawMessage) { _ = Resume.Emit(c, p.Connected()) })
	client.Listen(c, Resumed, func(from Position) {
		defer guard(p.server.t)
		p.Resumed(from)
		tell(resumed)
	})
	client.Listen(c, Said, func(m Message) {
		defer guard(p.server.t)
		if p.Hear(m) != nil {
			_ = c.Close()
		}
	})
}

// silence returns when a connection is half-open, as lesson 7 has it, or ctx has ended.
func silence(ctx context.Context, beats <-chan struct{}) {
	for {
		timer := time.NewTimer(heartbeat.Interval + heartbeat.Timeout)
		select {
		case <-beats:
			timer.Stop()
		case <-timer.C:
			return
		case <-ctx.Done():
			timer.Stop()
			return
		}
	}
}

// once says each line once on a connection: who says one again that is acknowledged will never end.
func (p *person) once(c *client.Client) func(context.Context, Words) (Receipt, error) {
	answered := map[string]bool{}
	return func(ctx context.Context, words Words) (Receipt, error) {
		if answered[words.Key] {
			p.server.again.Do(func() {
				p.server.t.Errorf("expected: what is acknowledged is not said again\n     got: %q, once more", words.Text)
			})
			return Receipt{}, context.Canceled
		}
		receipt, err := client.Call(ctx, c, Say, words)
		if err == nil {
			answered[words.Key] = true
			p.locked(func() { p.answers[words.Key] = receipt.N })
		}
		return receipt, err
	}
}
