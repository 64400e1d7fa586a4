package guest

import (
	"context"
	"fmt"
	"runtime"
	"sync"
	"time"

	"wslab/server/function/frame"
	"wslab/server/function/guest/preempt"
	"wslab/server/gateway"
)

const (
	// lookEvery is how often it is looked who has not returned.
	lookEvery = 250 * time.Millisecond
	// patience is how long a handler may take before it is asked what it waits for. Where that is all
	// right, it is asked again after twice the time.
	patience = time.Second - lookEvery/4
)

// A watch knows which of the gateway's handlers and hooks run, and notices the ones that will never
// return and the clients that do not keep up.
type watch struct {
	notice func(frame.Notice)
	die    func(reason string, trace []byte) // ends the guest

	maxQueue int // the gateway's

	mu      sync.Mutex
	last    uint32 // the last token
	calls   []*call
	recent  *call // the last that began
	timer   *time.Timer
	looking bool
	noticed map[string]bool // what was said once is not said again
}

// A call is a handler, a hook or a codec that has not returned.
type call struct {
	token       uint32
	what, event string
	socket      *gateway.Socket // nil for New, Authenticate and a codec
	ctx         context.Context
	place       int           // in the watch's calls
	begun       time.Duration // by preempt.Progress
	asked       time.Duration // its age when it is to be asked next what it waits for
	followed    bool          // the end of its context is waited for
	unfollow    func() bool   // ends that; guarded by the watch's mu
	over        bool          // it has returned; guarded by the watch's mu
}

// newWatch returns a watch that tells the host what it notices.
func (s *session) newWatch() *watch {
	w := newWatch(func(n frame.Notice) { s.send(frame.JSON(frame.Noticed, 0, n)) })
	if runtime.GOOS == "wasip1" { // elsewhere nothing has preemption points
		preempt.Watch(name, w.endless)
	}
	return w
}

func (c *call) String() string {
	if c.what == "handler" {
		return fmt.Sprintf("the handler of %q", c.event)
	}
	return c.what
}

func newWatch(notice func(frame.Notice)) *watch {
	w := &watch{notice: notice, die: preempt.End, noticed: make(map[string]bool)}
	w.timer = time.AfterFunc(lookEvery, w.look)
	w.timer.Stop()
	return w
}

// gateway returns build with everything of its gateway watched, New included.
func (w *watch) gateway(build func(gateway.Emitter) gateway.Gateway) func(gateway.Emitter) gateway.Gateway {
	return func(everyone gateway.Emitter) (g gateway.Gateway) {
		_ = w.run(&call{what: "New", ctx: context.Background()}, func() error {
			g = build(everyone)
			return nil
		})
		g.Middleware = append([]gateway.Middleware{w.middleware}, g.Middleware...)
		w.hooks(&g)
		w.maxQueue = g.MaxQueue
		return g
	}
}

func (w *watch) middleware(next gateway.Handler) gateway.Handler {
	return func(ctx context.Context, s *gateway.Socket, in *gateway.Packet) (reply any, err error) {
		err = w.run(&call{what: "handler", event: in.Event, socket: s, ctx: ctx}, func() error {
			reply, err = next(ctx, s, in)
			return err
		})
		return reply, err
	}
}

func (w *watch) hooks(g *gateway.Gateway) {
	if authenticate := g.Authenticate; authenticate != nil {
		g.Authenticate = func(ctx context.Context, h gateway.Handshake) (user gateway.User, err error) {
			err = w.run(&call{what: "Authenticate", ctx: ctx}, func() error {
				user, err = authenticate(ctx, h)
				return err
			})
			return user, err
		}
	}
	if connect := g.OnConnect; connect != nil {
		g.OnConnect = func(ctx context.Context, s *gateway.Socket) error {
			return w.run(&call{what: "OnConnect", socket: s, ctx: ctx}, func() error { return connect(ctx, s) })
		}
	}
	disconnect := g.OnDisconnect
	g.OnDisconnect = func(ctx context.Context, s *gateway.Socket, why gateway.Disconnect) error {
		if why == gateway.TooSlow {
			w.slow(&call{})
		}
		if disconnect == nil {
			return nil
		}
		return w.run(&call{what: "OnDisconnect", socket: s, ctx: ctx}, func() error { return disconnect(ctx, s, why) })
	}
}

func (w *watch) run(c *call, f func() error) error {
	w.begin(c)
	defer w.end(c)
	return calling(c.token, f)
}

// calling is where a trace shows the token of a call, as its first argument.
//
//go:noinline
func calling(token uint32, f func() error) error {
	err := f()
	if token == 0 {
		panic("a call without a token")
	}
	return err
}

func (w *watch) begin(c *call) {
	c.begun, c.asked = preempt.Progress(), patience
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last++
	c.token, c.place = w.last, len(w.calls)
	w.calls, w.recent = append(w.calls, c), c
	if !w.looking {
		w.looking = true
		w.timer.Reset(lookEvery)
	}
}

func (w *watch) end(c *call) {
	preempt.Progress()
	w.mu.Lock()
	last := len(w.calls) - 1
	w.calls[c.place] = w.calls[last]
	w.calls[c.place].place = c.place
	w.calls[last] = nil
	w.calls = w.calls[:last]
	c.over = true
	unfollow := c.unfollow
	w.mu.Unlock()
	if unfollow != nil {
		unfollow()
	}
	if c.ctx.Err() != nil && context.Cause(c.ctx) == error(gateway.TooSlow) {
		w.slow(c)
	}
}
