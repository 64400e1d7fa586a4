// Package guest is a function's side of its stream: it runs one gateway for the sockets that the host
// has. A generated main calls [Run]; a learner's code never imports this package.
package guest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"sync/atomic"

	"wslab/server/balance"
	"wslab/server/broker"
	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// A session speaks with the host. Its reader never waits for the gateway's code: what a handler is
// slow to take is bounded by its socket's window.
type session struct {
	ns        served
	codec     Codec
	watch     *watch
	links     map[uint32]*link // by number, until the socket has ended; guarded by mu
	protected bool             // clients have been asked who they are
	stopped   chan struct{}    // closed when the last socket is gone, because the host said so

	questions sync.WaitGroup // that are not answered yet
	draining  atomic.Bool    // nothing more will arrive

	mu     sync.Mutex
	stream io.Writer
	buffer []byte
}

// served is what a session serves: the namespace of one server, or several servers.
type served interface {
	gateway.Host
	Handlers() map[string]string
	Continue(context.Context, gateway.Link, gateway.Continued) gateway.Disconnect
	Settle(context.Context) error
	Close(context.Context, gateway.Disconnect) error
}

// An opener makes what a session serves. The session watches it, and what it logs goes to the host.
type opener func(s *session, log *slog.Logger) served

// alone serves the gateway that build makes.
func alone(build func(gateway.Emitter) gateway.Gateway) opener {
	return func(s *session, log *slog.Logger) served {
		ns := gateway.NewNamespace(s.watch.gateway(build))
		ns.Log = log
		return ns
	}
}

// several serves servers of the gateway that build makes.
func several(build balance.Build) opener {
	return func(s *session, log *slog.Logger) served {
		return balance.New(func(server string, shared broker.Log, everyone gateway.Emitter) (g gateway.Gateway, follow func(context.Context, uint64) error) {
			g = s.watch.gateway(func(gateway.Emitter) gateway.Gateway {
				g, follow = build(server, shared, everyone)
				return g
			})(everyone)
			return g, follow
		}, log)
	}
}

// serve runs what open makes until the host stops it or the stream ends.
func serve(stream io.ReadWriter, open opener, codec Codec) error {
	s := &session{
		stream:  stream,
		codec:   codec,
		links:   make(map[uint32]*link),
		stopped: make(chan struct{}),
	}
	s.watch = s.newWatch()
	s.ns = open(s, slog.New(&reporter{Handler: slog.Default().Handler(), session: s}))
	protected, _ := s.ns.Protected(context.Background()) // a namespace always knows
	s.protected = protected
	s.send(frame.JSON(frame.Ready, 0, frame.Greeting{Protected: protected, Handlers: s.ns.Handlers(), MaxQueue: s.watch.maxQueue}))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	failed := make(chan error, 1)
	go func() { failed <- s.read(ctx, stream) }()
	select {
	case <-s.stopped:
		return nil
	case err := <-failed:
		return err
	}
}

// read handles what the host says until the stream ends.
func (s *session) read(ctx context.Context, stream io.Reader) error {
	var decoder frame.Decoder
	handle := func(f frame.Frame) error { return s.handle(ctx, f) }
	buffer := make([]byte, 32<<10)
	for {
		n, err := stream.Read(buffer)
		if failed := decoder.Decode(buffer[:n], handle); failed != nil {
			return failed
		}
		if err != nil {
			return fmt.Errorf("the host's stream ended: %w", err)
		}
	}
}

func (s *session) handle(ctx context.Context, f frame.Frame) error {
	switch f.Kind {
	case frame.Authenticate:
		return s.authenticate(ctx, f)
	case frame.Encode, frame.Decode:
		return s.code(ctx, f)
	case frame.Connect:
		return s.connect(ctx, f)
	case frame.Adopt:
		return s.adopt(ctx, f)
	case frame.Packet:
		return s.deliver(f)
	case frame.Gone:
		return s.gone(f)
	case frame.Drain:
		return s.drain()
	case frame.Stop:
		return s.stop(f)
	}
	return fmt.Errorf("the host sent a frame of kind %q", f.Kind)
}

func (s *session) authenticate(ctx context.Context, f frame.Frame) error {
	var h gateway.Handshake
	if err := f.Unmarshal(&h); err != nil {
		return err
	}
	s.questions.Go(func() {
		var answer frame.Answer
		var err error
		if answer.User, err = s.ns.Authenticate(ctx, h); err != nil {
			why := gateway.AsDisconnect(err)
			answer.Refusal = &why
		}
		s.send(frame.JSON(frame.Authenticate, f.Socket, answer))
	})
	return nil
}

func (s *session) connect(ctx context.Context, f frame.Frame) error {
	var user gateway.User
	if err := f.Unmarshal(&user); err != nil {
		return err
	}
	user.Asked = s.protected
	s.serve(newLink(s, f.Socket), func(l *link) gateway.Disconnect { return s.ns.Serve(ctx, l, user) })
	return nil
}

func (s *session) adopt(ctx context.Context, f frame.Frame) error {
	var c gateway.Continued
	if err := f.Unmarshal(&c); err != nil {
		return err
	}
	c.User.Asked = s.protected
	l := newLink(s, f.Socket)
	l.known = true
	s.serve(l, func(l *link) gateway.Disconnect { return s.ns.Continue(ctx, l, c) })
	return nil
}

// serve runs a socket. It returns when the namespace knows the socket, so that whatever arrives after
// it, for whomever, reaches it, too.
func (s *session) serve(l *link, run func(*link) gateway.Disconnect) {
	s.mu.Lock()
	s.links[l.id] = l
	s.mu.Unlock()
	go func() {
		why := run(l)
		s.send(frame.JSON(frame.Ended, l.id, why))
		s.mu.Lock()
		delete(s.links, l.id)
		s.mu.Unlock()
		l.change(func() { l.over = true })
		l.met()
	}()
	<-l.opened
}

func (s *session) deliver(f frame.Frame) error {
	p, err := frame.ParsePacket(f.Payload)
	if err != nil {
		return err
	}
	l, known := s.link(f.Socket)
	if !known { // it has ended meanwhile
		return nil
	}
	return l.arrive(arrival{p, frame.Cost(f.Payload)})
}

func (s *session) link(number uint32) (l *link, known bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	l, known = s.links[number]
	return l, known
}

func (s *session) gone(f frame.Frame) error {
	l, known := s.link(f.Socket)
	if !known {
		return nil
	}
	var why gateway.Disconnect
	if err := f.Unmarshal(&why); err != nil {
		return err
	}
	l.change(func() { l.gone = &why })
	return nil
}

// drain waits until all that has arrived is handled, and says so.
func (s *session) drain() error {
	if s.draining.Swap(true) {
		return errors.New("the host said twice that nothing more would arrive")
	}
	s.mu.Lock()
	links := slices.Collect(maps.Values(s.links))
	s.mu.Unlock()
	go func() {
		s.questions.Wait()
		for _, l := range links {
			l.settle()
		}
		_ = s.ns.Settle(context.Background()) // the host has the deadline
		s.send(frame.Frame{Kind: frame.Drain})
	}()
	return nil
}

func (s *session) stop(f frame.Frame) error {
	var why gateway.Disconnect
	if err := f.Unmarshal(&why); err != nil {
		return err
	}
	go func() {
		_ = s.ns.Close(context.Background(), why) // the host has the deadline
		close(s.stopped)
	}()
	return nil
}

// send writes frames, together.
func (s *session) send(frames ...frame.Frame) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.buffer = s.buffer[:0]
	for _, f := range frames {
		s.buffer = f.Append(s.buffer)
	}
	_, _ = s.stream.Write(s.buffer) // a host that does not listen has ended this program
	if cap(s.buffer) > 64<<10 {
		s.buffer = nil
	}
}
