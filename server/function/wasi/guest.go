// Package wasi hosts ordinary Go programs, compiled for wasip1, that run until they are stopped.
//
// wazero's own poll_oneoff cannot do that: it answers every clock at once and knows one descriptor
// that can be waited for. This package puts its own in its place, and with it a control stream. A
// guest that has nothing to do is parked in poll_oneoff and costs nothing; its goroutines, tickers
// and timeouts work as everywhere.
//
// A guest sees descriptor 0 (empty), 1 and 2 (its console), 3 (the control stream, which joins Go's
// poller) and 4, a listener. From 5 on are the connections that the host has given it ([Guest.Connect])
// and that it has accepted: for Go a net.Listener and its net.Conns. What waits in them is bounded in
// both directions, so whoever is faster waits for the other. There is nothing else: no files, no
// network, no environment.
package wasi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/tetratelabs/wazero"
	"github.com/tetratelabs/wazero/api"
	"github.com/tetratelabs/wazero/sys"
)

// ControlFD is the descriptor of the control stream.
const ControlFD = 3

// maxInput is how many bytes of the control stream may wait for the guest.
const maxInput = 256 << 10

var (
	// ErrEnded is returned by Write once the guest has ended.
	ErrEnded = errors.New("wasi: the guest has ended")
	// ErrStalled is why a guest ended that held its only thread for too long.
	ErrStalled = errors.New("wasi: the guest did not return to its scheduler")
)

// An ExitError is how a guest ended that was not stopped, unless its exit status is 0.
type ExitError struct{ Status uint32 }

func (e ExitError) Error() string { return fmt.Sprintf("exit status %d", e.Status) }

// Options say how a guest runs. Control and Console are called on the guest's only thread: they must
// not block, must not keep p, and must not write to the guest.
type Options struct {
	// Control hears what the guest writes to the control stream. An error stops the guest.
	Control func(p []byte) error
	// Console hears what the guest prints, on descriptor 1 or 2.
	Console func(fd int, p []byte)
	// Stall is how long the guest may run without coming back to its scheduler, and Begin is how long
	// before it comes there first; 0 is the same.
	Stall, Begin time.Duration
}

// A Guest is one running program. A Go guest has a single thread.
type Guest struct {
	options  Options
	watchdog *time.Timer
	parked   atomic.Bool
	polls    uint32 // see counts; these two are used on the guest's thread
	idles    uint32
	memory   atomic.Uint32 // its size when the guest last had nothing to do

	mu    sync.Mutex
	input queue         // of the control stream
	wake  chan struct{} // there may be something to do for the guest; capacity 1
	turn  chan struct{} // held by the writer of input; capacity 1

	backlog []*conn // not yet accepted
	conns   map[int32]*conn
	nextFD  int32
	burst   int // the bytes moved since the last poll

	stop context.CancelCauseFunc
	done chan struct{}
	err  error // once done is closed
}

type key struct{}

// Start runs the main function of code, in a runtime that [Instantiate] has prepared, until it returns
// or is stopped. The end of ctx stops it.
func Start(ctx context.Context, runtime wazero.Runtime, code wazero.CompiledModule, o Options) (*Guest, error) {
	g := newGuest(o)
	ctx, g.stop = context.WithCancelCause(context.WithValue(ctx, key{}, g))
	g.watchdog = time.AfterFunc(max(o.Stall, o.Begin), func() { g.stop(ErrStalled) })
	config := wazero.NewModuleConfig().WithName("").WithStartFunctions().WithArgs("function").
		WithSysWalltime().WithSysNanotime().WithRandSource(rand.Reader)
	module, err := runtime.InstantiateModule(ctx, code, config)
	if err != nil {
		g.watchdog.Stop()
		g.stop(err)
		return nil, fmt.Errorf("wasi: instantiate: %w", err)
	}
	go g.run(ctx, module)
	return g, nil
}

func newGuest(o Options) *Guest {
	return &Guest{
		options: o,
		input:   newQueue(maxInput),
		wake:    make(chan struct{}, 1),
		turn:    make(chan struct{}, 1),
		conns:   make(map[int32]*conn),
		nextFD:  firstConn,
		done:    make(chan struct{}),
	}
}

func (g *Guest) run(ctx context.Context, module api.Module) {
	defer close(g.done)
	_, err := module.ExportedFunction("_start").Call(ctx)
	g.watchdog.Stop()
	_ = module.Close(context.WithoutCancel(ctx))
	var exit *sys.ExitError
	switch {
	case !errors.As(err, &exit):
		g.err = err
	case ctx.Err() != nil:
		g.err = context.Cause(ctx)
	case exit.ExitCode() != 0:
		g.err = ExitError{exit.ExitCode()}
	}
	g.stop(g.err)
}

// Parked reports whether the guest has nothing to do: all its goroutines wait.
func (g *Guest) Parked() bool { return g.parked.Load() }

// Memory is how many bytes of memory the guest had when it last had nothing to do.
func (g *Guest) Memory() uint32 { return g.memory.Load() }

// Stop ends the guest wherever it is. The first cause counts.
func (g *Guest) Stop(cause error) { g.stop(cause) }

// Done is closed when the guest has ended.
func (g *Guest) Done() <-chan struct{} { return g.done }

// Err waits for the guest's end and says how it ended: nil if main returned, an [ExitError], or the
// cause for which it was stopped.
func (g *Guest) Err() error {
	<-g.done
	return g.err
}

// Write appends p to the guest's control stream. It waits while the guest has much to read already;
// writes are never mixed.
func (g *Guest) Write(ctx context.Context, p []byte) error {
	select {
	case g.turn <- struct{}{}:
		defer func() { <-g.turn }()
	case <-g.done:
		return ErrEnded
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	return g.fill(ctx, &g.input, p)
}

// alive notes that the guest's scheduler runs.
func (g *Guest) alive() { g.watchdog.Reset(g.options.Stall) }

func signal(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}
