package function

import (
	"context"
	"errors"
	"sync"
	"time"

	"wslab/server/function/frame"
	"wslab/server/function/wasi"
	"wslab/server/gateway"
)

const (
	// startTimeout is how long a guest may take until its gateway is there.
	startTimeout = 5 * time.Second
	// drainTimeout is how long a guest may take to end its sockets and itself.
	drainTimeout = 2 * time.Second
)

var (
	errNotReady = errors.New("New did not return in time")
	errReplaced = errors.New("replaced")
)

// An instance is one running guest and the sockets it serves.
type instance struct {
	guest   *wasi.Guest
	console *console
	decoder frame.Decoder
	panics  func(frame.Panic)

	ready     chan struct{} // closed by the guest's first frame
	over      chan struct{} // closed when the guest has ended and everybody may know
	protected bool          // once ready

	mu        sync.Mutex
	last      uint32 // the last number given to a socket or question
	sockets   map[uint32]*socket
	questions map[uint32]chan frame.Answer
	ending    bool               // no socket is added any more
	farewell  gateway.Disconnect // what sockets are told that are left when the guest ends
	serving   sync.WaitGroup
}

// run starts the program and waits until its gateway is there. The guest lives until ctx ends.
func run(ctx context.Context, p *program, stall time.Duration, c *console, panics func(frame.Panic)) (*instance, error) {
	in := &instance{
		console:   c,
		panics:    panics,
		ready:     make(chan struct{}),
		over:      make(chan struct{}),
		sockets:   make(map[uint32]*socket),
		questions: make(map[uint32]chan frame.Answer),
		farewell:  gateway.InternalError,
	}
	options := wasi.Options{Console: c.write, Stall: stall, Control: in.control}
	var err error
	if in.guest, err = wasi.Start(ctx, p.runtime, p.code, options); err != nil {
		return nil, err
	}
	late := time.AfterFunc(startTimeout, func() { in.guest.Stop(errNotReady) })
	defer late.Stop()
	select {
	case <-in.ready:
		return in, nil
	case <-in.guest.Done():
		c.flush()
		return nil, in.guest.Err()
	}
}

// alive reports whether the guest runs. Where it does not, alive returns when everybody may know.
func (in *instance) alive() bool {
	select {
	case <-in.guest.Done():
		<-in.over
		return false
	default:
		return true
	}
}

// control takes what the guest writes to its control stream.
func (in *instance) control(p []byte) error { return in.decoder.Decode(p, in.handle) }

// handle takes a frame of the guest, on the guest's thread: it never waits.
func (in *instance) handle(f frame.Frame) error {
	switch f.Kind {
	case frame.Ready:
		return in.greet(f)
	case frame.Authenticate:
		return in.answered(f)
	case frame.Panicked:
		var p frame.Panic
		if err := f.Unmarshal(&p); err != nil {
			return err
		}
		in.panics(p)
		return nil
	}
	in.mu.Lock()
	s, known := in.sockets[f.Socket]
	in.mu.Unlock()
	if !known {
		return nil
	}
	return s.handle(f)
}

func (in *instance) greet(f frame.Frame) error {
	select {
	case <-in.ready:
		return errors.New("the guest greeted twice")
	default:
	}
	var greeting frame.Greeting
	if err := f.Unmarshal(&greeting); err != nil {
		return err
	}
	in.protected = greeting.Protected
	close(in.ready)
	return nil
}

// authenticate asks the guest who is connecting.
func (in *instance) authenticate(ctx context.Context, h gateway.Handshake) (gateway.User, error) {
	id, answer := in.question()
	defer in.forget(id)
	if err := in.tell(ctx, frame.JSON(frame.Authenticate, id, h)); err != nil && !errors.Is(err, wasi.ErrEnded) {
		return gateway.User{}, gateway.AsDisconnect(err)
	}
	select {
	case a := <-answer:
		if a.Refusal != nil {
			return gateway.User{}, *a.Refusal
		}
		return a.User, nil
	case <-in.over:
		return gateway.User{}, gateway.InternalError
	case <-ctx.Done():
		return gateway.User{}, gateway.AsDisconnect(context.Cause(ctx))
	}
}

func (in *instance) question() (id uint32, answer chan frame.Answer) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.last++
	answer = make(chan frame.Answer, 1)
	in.questions[in.last] = answer
	return in.last, answer
}

func (in *instance) forget(id uint32) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.questions, id)
}

func (in *instance) answered(f frame.Frame) error {
	var a frame.Answer
	if err := f.Unmarshal(&a); err != nil {
		return err
	}
	in.mu.Lock()
	defer in.mu.Unlock()
	if answer, asked := in.questions[f.Socket]; asked {
		delete(in.questions, f.Socket)
		answer <- a
	}
	return nil
}

// tell writes a frame to the guest. It waits while the guest has much to read already, and must not
// be called on the guest's thread.
func (in *instance) tell(ctx context.Context, f frame.Frame) error {
	if len(f.Payload) > frame.MaxPayload {
		return gateway.TooBig
	}
	return in.guest.Write(ctx, f.Append(nil))
}

// end tells the guest to end its sockets and itself, and waits until both are gone. A guest that does
// not obey within drainTimeout, or until ctx ends, is stopped.
func (in *instance) end(ctx context.Context, why gateway.Disconnect) {
	in.mu.Lock()
	in.ending, in.farewell = true, why
	in.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	if in.tell(ctx, frame.JSON(frame.Stop, 0, why)) == nil {
		select {
		case <-in.guest.Done():
		case <-ctx.Done():
		}
	}
	in.guest.Stop(errReplaced)
	<-in.guest.Done()
	in.serving.Wait()
}
