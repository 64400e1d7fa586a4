package function

import (
	"context"
	"sync"
	"time"

	"github.com/tetratelabs/wazero"

	"wslab/server/gateway"
)

const (
	// DefaultStall is how long a handler may run without letting others run. Loops of the learner's own
	// are found in a second; this is for those inside a library, and long, since on a busy machine it
	// counts the time that others take, too.
	DefaultStall = 3 * time.Second
	// patience is how long a client waits for a version that is being built or started.
	patience = 5 * time.Second
)

// NewVersion ends a socket that was let in without being asked who it is, when the next version asks.
// (Code 1012 is "Service Restart" in IANA's registry for RFC 6455: the client is to connect again.)
var NewVersion = gateway.Disconnect{Code: 1012, Reason: "new version"}

// Options describe a function. Log and State are never called twice at a time; they must return soon
// and must not call the function.
type Options struct {
	Root    string // the folder of the module
	Package string // the import path of the package with New

	Log   func(Line)  // hears what the function's code prints
	State func(State) // hears of every change
	Stall time.Duration

	// Cache, where there is one, keeps the interpreter's code of all versions of all functions that
	// share it: a source that was deployed before is loaded faster.
	Cache wazero.CompilationCache
	// Compiled is the folder in which compiled code is kept; see [Function]. Without one, functions
	// stay interpreted.
	Compiled string

	// Codec says that the package brings its own codec for Socket.IO; see [Function.Encode].
	Codec bool
	// Servers says that the package's New is a balance.Build: the function runs several servers.
	Servers bool

	exports export // what the package gives: New, or, for a [Handler], that
}

// Function is a gateway built from source, in its current version. It is a [gateway.Host].
//
// A version is interpreted at first, since that is ready 0.2 s after its build. Where Options.Compiled
// names a folder its code is compiled to the machine's in the background, and takes over as soon as
// nobody has been connected for some seconds: memory is lost by that, as at every start.
type Function struct {
	options Options
	ctx     context.Context // of every guest
	cancel  context.CancelFunc

	turn     chan struct{} // held by who builds or starts; capacity 1
	program  *program      // the last that was built and started; guarded by turn
	deployed chan struct{} // closed after the first Deploy
	first    sync.Once
	ending   sync.WaitGroup // versions that were replaced, and the watchers of all

	seating sync.Mutex // held by who gives sockets their seats

	mu       sync.Mutex
	current  *instance // nil where none runs
	crashed  *instance // the last that did
	pause    pause
	closed   bool
	farewell gateway.Disconnect // once closed
	sockets  map[uint32]*socket
	last     uint32    // the last number given to a socket
	emptied  time.Time // when the last socket left
	serving  sync.WaitGroup

	compiling context.CancelFunc // ends the compilation of a version that is replaced; guarded by turn
	compiled  *program           // of the version that answers, until it takes over; guarded by turn
	quiet     *time.Timer        // runs out when nobody has been connected for a while

	telling sync.Mutex // keeps the order of what Options.State hears
	state   State      // guarded by telling

	logging sync.Mutex
}

var _ gateway.Host = (*Function)(nil)

// New returns a function that answers after its first Deploy.
func New(o Options) *Function {
	switch {
	case o.Codec:
		o.exports = exportsCodec
	case o.Servers:
		o.exports = exportsServer
	}
	if o.Stall == 0 {
		o.Stall = DefaultStall
	}
	f := &Function{
		options:  o,
		turn:     make(chan struct{}, 1),
		deployed: make(chan struct{}),
		sockets:  make(map[uint32]*socket),
		state:    State{Phase: Building},
	}
	f.ctx, f.cancel = context.WithCancel(context.Background())
	f.compiling = func() {}
	f.quiet = time.AfterFunc(quietTime, f.takeOver)
	return f
}

// State returns what there is to say now.
func (f *Function) State() State {
	f.telling.Lock()
	defer f.telling.Unlock()
	return f.state
}

func (f *Function) source() source { return source{f.options.Root, f.options.Package} }

func (f *Function) tell(change func(*State)) {
	f.telling.Lock()
	defer f.telling.Unlock()
	change(&f.state)
	f.mu.Lock()
	f.state.Serving = f.current != nil
	f.mu.Unlock()
	if f.options.State != nil {
		f.options.State(f.state)
	}
}

func (f *Function) log(l Line) {
	if f.options.Log == nil {
		return
	}
	f.logging.Lock()
	defer f.logging.Unlock()
	f.options.Log(l)
}

// live returns the instance that answers now, or nil.
func (f *Function) live() *instance {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.current
}

// running returns the instance that answers. It waits a little for one that is being built, and starts
// one where the last has crashed.
func (f *Function) running(ctx context.Context) (*instance, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, patience, gateway.TryAgainLater)
	defer cancel()
	select {
	case <-f.deployed:
	case <-f.ctx.Done():
		return nil, f.parting()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	for {
		if in := f.live(); in != nil && in.alive() {
			return in, nil
		}
		in, err := f.revived(ctx)
		pause := f.pauseLeft()
		if err == nil || pause <= 0 {
			return in, err
		}
		select {
		case <-time.After(pause):
		case <-f.ctx.Done():
			return nil, f.parting()
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// revived returns the instance that answers, started again where the last has crashed.
func (f *Function) revived(ctx context.Context) (*instance, error) {
	if err := f.take(ctx); err != nil {
		return nil, err
	}
	defer f.give()
	if in := f.live(); in != nil {
		return in, nil
	}
	return f.restart()
}

// take waits for the turn to build or start.
func (f *Function) take(ctx context.Context) error {
	select {
	case f.turn <- struct{}{}:
		return nil
	case <-f.ctx.Done():
		return f.parting()
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// parting is why the function's sockets end when it is closed.
func (f *Function) parting() gateway.Disconnect {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.farewell
}

// pauseLeft is how long the next start must wait.
func (f *Function) pauseLeft() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.pause.left(time.Now())
}

func (f *Function) give() { <-f.turn }

// Memory is how many bytes of memory the version that answers has, or 0 where none runs.
func (f *Function) Memory() uint32 {
	if in := f.live(); in != nil {
		return in.guest.Memory()
	}
	return 0
}

// Handlers returns the names of the functions that handle the events, by event; nil where no version
// answers.
func (f *Function) Handlers() map[string]string {
	if in := f.live(); in != nil {
		return in.handlers
	}
	return nil
}
