package function

import (
	"cmp"
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"wslab/server/function/frame"
	"wslab/server/function/wasi"
	"wslab/server/gateway"
)

const (
	// startTimeout is how long a guest may take until its gateway is there.
	startTimeout = 10 * time.Second
	// drainTimeout is how long a guest may wait, for a timer or a client, until it has finished what it has
	// begun. The time in which it works is not counted: it has much to do, or the machine is busy.
	drainTimeout = 5 * time.Second
	// drainLimit is how long a guest may take for that in all.
	drainLimit = 30 * time.Second
	// drainTick is how often it is looked whether the guest works or waits.
	drainTick = 50 * time.Millisecond
)

var (
	errNotReady = errors.New("New did not return in time")
	errReplaced = errors.New("replaced")
)

// An instance is one running guest and the seats of the sockets that it serves.
type instance struct {
	guest   *wasi.Guest
	console *console
	decoder frame.Decoder
	faults  func(frame.Frame) error // hears what the guest survived

	ready     chan struct{}     // closed by the guest's first frame
	spoke     chan struct{}     // the guest has said something about a socket; capacity 1
	drained   chan struct{}     // closed when the guest has finished all that had arrived
	over      chan struct{}     // closed when the guest has ended and everybody may know
	protected bool              // once ready
	handlers  map[string]string // once ready: the names of the functions, by event
	maxQueue  int               // once ready: how many bytes may wait for a client

	began   time.Time
	packets atomic.Int64 // that the guest was told

	moving  context.Context // ends when another instance takes over
	move    context.CancelFunc
	telling sync.RWMutex // read by who tells the guest something; locked, to say that this was all
	told    bool         // that was all

	mu        sync.Mutex
	last      uint32 // the last number given to a question
	questions map[uint32]chan []byte
	seats     map[uint32]*seat // by the socket's number
	swept     bool             // there are no seats any more
}

// run starts the program and waits until its gateway is there. The guest lives until ctx ends.
func run(ctx context.Context, p *program, stall time.Duration, c *console, faults func(frame.Frame) error) (*instance, error) {
	in := &instance{
		console:   c,
		began:     time.Now(),
		faults:    faults,
		ready:     make(chan struct{}),
		spoke:     make(chan struct{}, 1),
		drained:   make(chan struct{}),
		over:      make(chan struct{}),
		questions: make(map[uint32]chan []byte),
		seats:     make(map[uint32]*seat),
	}
	in.moving, in.move = context.WithCancel(ctx)
	options := wasi.Options{Console: c.write, Stall: stall, Begin: startTimeout, Control: in.control}
	var err error
	if in.guest, err = wasi.Start(ctx, p.runtime, p.code, options); err != nil {
		in.move()
		return nil, err
	}
	late := time.AfterFunc(startTimeout, func() { in.guest.Stop(errNotReady) })
	defer late.Stop()
	select {
	case <-in.ready:
		return in, nil
	case <-in.guest.Done():
		in.move()
		c.flush()
		return nil, in.guest.Err()
	}
}

// rate is how many packets a second the guest was told, since it began.
func (in *instance) rate() float64 {
	return float64(in.packets.Load()) / time.Since(in.began).Seconds()
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
	case frame.Authenticate, frame.Encode, frame.Decode:
		in.answered(f)
		return nil
	case frame.Drain:
		return in.finished()
	case frame.Panicked, frame.Noticed:
		return in.faults(f)
	}
	in.mu.Lock()
	t, known := in.seats[f.Socket]
	in.mu.Unlock()
	if !known {
		return nil
	}
	select {
	case in.spoke <- struct{}{}:
	default:
	}
	return t.handle(f)
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
	in.protected, in.handlers = greeting.Protected, greeting.Handlers
	in.maxQueue = cmp.Or(greeting.MaxQueue, maxOutbox)
	close(in.ready)
	return nil
}

func (in *instance) finished() error {
	select {
	case <-in.drained:
		return errors.New("the guest finished twice")
	default:
		close(in.drained)
		return nil
	}
}

// tell writes a frame to the guest. It waits while the guest has much to read already, and must not
// be called on the guest's thread. The errors, errReplaced and [wasi.ErrEnded], say that nothing was
// written and that the guest takes nothing more.
func (in *instance) tell(f frame.Frame) error {
	in.telling.RLock()
	defer in.telling.RUnlock()
	if in.told {
		return errReplaced
	}
	if err := in.guest.Write(in.moving, f.Append(nil)); errors.Is(err, context.Canceled) {
		return errReplaced
	} else {
		return err
	}
}

// hushed reports whether the guest was told that this was all.
func (in *instance) hushed() bool {
	in.telling.RLock()
	defer in.telling.RUnlock()
	return in.told
}

// hush lets nobody tell the guest anything more, but for last.
func (in *instance) hush(ctx context.Context, last frame.Frame) error {
	in.move() // whoever waits for room
	in.telling.Lock()
	defer in.telling.Unlock()
	in.told = true
	return in.guest.Write(ctx, last.Append(nil))
}

// drain lets the guest finish all that has arrived. It waits until it has, but no longer than grace
// while the guest says nothing and only waits itself.
func (in *instance) drain(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, drainLimit)
	defer cancel()
	if in.hush(ctx, frame.Frame{Kind: frame.Drain}) == nil {
		in.await(ctx, grace)
	}
}

// await waits until the guest has finished. It gives up when the guest has waited for drainTimeout, or
// for silence without a word of it.
func (in *instance) await(ctx context.Context, silence time.Duration) {
	ticks := time.NewTicker(drainTick)
	defer ticks.Stop()
	var waited, silent time.Duration
	for waited < drainTimeout && silent < silence {
		select {
		case <-in.drained:
			return
		case <-in.guest.Done():
			return
		case <-ctx.Done():
			return
		case <-in.spoke:
			silent = 0
		case <-ticks.C:
			if in.guest.Parked() {
				waited += drainTick
				silent += drainTick
			} else {
				silent = 0
			}
		}
	}
}

// end tells the guest to end its sockets and itself, and waits until it has. A guest that does not
// obey within drainTimeout, or until ctx ends, is stopped.
func (in *instance) end(ctx context.Context, why gateway.Disconnect) {
	ctx, cancel := context.WithTimeout(ctx, drainTimeout)
	defer cancel()
	if in.hush(ctx, frame.JSON(frame.Stop, 0, why)) == nil {
		select {
		case <-in.guest.Done():
		case <-ctx.Done():
		}
	}
	in.guest.Stop(errReplaced)
	<-in.guest.Done()
}
