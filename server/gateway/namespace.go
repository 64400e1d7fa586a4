package gateway

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strconv"
	"sync"
)

// Namespace is the set of sockets that share one gateway. It is an [Emitter] that reaches them all.
type Namespace struct {
	// Log hears what a gateway's code does wrong. Nil is [slog.Default].
	Log *slog.Logger

	gateway Gateway
	events  map[string]Handler
	refusal Handler // of what has no handler

	relay Relay // nil where the namespace is this server's alone

	mu      sync.Mutex // also the order of broadcasts
	sockets group
	byID    map[string]*Socket
	behind  map[*Socket]uint64 // that came back, and up to which offset they need nothing more
	rooms   map[string]*group  // those that somebody is in
	closed  bool
	serving sync.WaitGroup

	posted      []delivery // what waits for the next round
	postedBytes int
	taken       sync.Cond // a round has begun
	delivering  bool
}

var _ Host = (*Namespace)(nil)

// NewNamespace returns a namespace of the gateway that build makes. It panics if the gateway
// subscribes twice to an event, as [net/http.ServeMux] does.
func NewNamespace(build func(everyone Emitter) Gateway) *Namespace {
	n := &Namespace{rooms: make(map[string]*group), byID: make(map[string]*Socket), behind: make(map[*Socket]uint64)}
	n.taken.L = &n.mu
	n.gateway = build(n)
	n.events = make(map[string]Handler, len(n.gateway.Events))
	for _, sub := range n.gateway.Events {
		if _, dup := n.events[sub.Event]; dup {
			panic("gateway: two subscriptions to " + strconv.Quote(sub.Event))
		}
		n.events[sub.Event] = n.wrapped(sub.Handle)
	}
	n.refusal = n.wrapped(refused)
	return n
}

// wrapped puts the gateway's middleware around a handler.
func (n *Namespace) wrapped(handle Handler) Handler {
	for i := len(n.gateway.Middleware) - 1; i >= 0; i-- {
		handle = n.gateway.Middleware[i](handle)
	}
	return handle
}

// Emit sends an event to every socket of the namespace.
func (n *Namespace) Emit(event string, data any) error { return n.Everyone().Emit(event, data) }

// Everyone selects all sockets.
func (n *Namespace) Everyone() Audience { return Audience{ns: n} }

// To selects the sockets in at least one of the rooms.
func (n *Namespace) To(rooms ...string) Audience { return n.Everyone().To(rooms...) }

// Handlers returns the names of the functions that handle the events, by event.
func (n *Namespace) Handlers() map[string]string {
	names := make(map[string]string, len(n.gateway.Events))
	for _, sub := range n.gateway.Events {
		names[sub.Event] = sub.Name
	}
	return names
}

// Len returns how many sockets are connected.
func (n *Namespace) Len() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return len(n.sockets.members)
}

// Close ends every socket with why, now and from now on, and waits until the last one is gone or ctx
// ends.
func (n *Namespace) Close(ctx context.Context, why Disconnect) error {
	n.mu.Lock()
	n.closed = true
	n.mu.Unlock()
	n.Disconnect(why)
	gone := make(chan struct{})
	go func() {
		n.serving.Wait()
		close(gone)
	}()
	select {
	case <-gone:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Disconnect ends every socket that is connected now to this server.
func (n *Namespace) Disconnect(why Disconnect) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, s := range n.sockets.list() {
		s.end(why)
	}
}

// Protected implements [Host].
func (n *Namespace) Protected(context.Context) (bool, error) {
	return n.gateway.Authenticate != nil, nil
}

// Authenticate implements [Host]. Whatever goes wrong, the result is a [Disconnect].
func (n *Namespace) Authenticate(ctx context.Context, h Handshake) (user User, err error) {
	if n.gateway.Authenticate == nil {
		user.Remote = h.Remote
		return user, n.resume(ctx, h, &user)
	}
	err = contain(func() (err error) { user, err = n.gateway.Authenticate(ctx, h); return err })
	user.Asked, user.Remote = err == nil, h.Remote
	if err == nil {
		err = n.resume(ctx, h, &user)
	}
	var refusal Disconnect
	if err == nil || errors.As(err, &refusal) {
		return user, err
	}
	n.report(ctx, err, "authentication failed")
	return User{}, InternalError
}

// Serve implements [Host]. It returns when the link is closed and OnDisconnect has run.
func (n *Namespace) Serve(ctx context.Context, link Link, user User) Disconnect {
	resumes := user.resumes
	user.resumes = nil
	if resumes == nil {
		return n.serve(ctx, link, Continued{ID: newID(), User: user}, nil)
	}
	return n.serve(ctx, link, Continued{ID: resumes.id, User: user}, resumes)
}

// Continue is Serve for a client that another namespace has served so far, as a new version of a
// gateway does. The socket keeps its id and its user, and begins anew in all else: it is in no room,
// and OnConnect runs. The link's Open is called as for every socket, but the client knows already.
func (n *Namespace) Continue(ctx context.Context, link Link, c Continued) Disconnect {
	return n.serve(ctx, link, c, nil)
}

// Continued is what stays of a socket that goes from one namespace to the next.
type Continued struct {
	ID    string `json:"id"`
	User  User   `json:"user"`
	Asked uint64 `json:"asked"` // the id of the next question to the client
}

func (n *Namespace) serve(ctx context.Context, link Link, c Continued, resumes *resumption) Disconnect {
	outer := ctx // it gets no child, which would take memory as long as the socket lives
	ctx, cancel := context.WithCancelCause(context.WithoutCancel(outer))
	s := n.newSocket(ctx, link, c, cancel)
	opened := n.opened(s, resumes) // before it hears anything, so that its secret is from before all it may miss
	s.outbox.busy = true           // hold what is emitted until Open has told the client
	if !n.add(s, resumes != nil) {
		cancel(GoingAway)
		_ = link.Close(GoingAway)
		return GoingAway
	}
	defer n.serving.Done()

	defer context.AfterFunc(outer, func() { s.end(AsDisconnect(context.Cause(outer))) })()
	if err := link.Open(opened); err != nil {
		s.silence()
	}
	s.outbox.release()
	if n.gateway.OnConnect != nil || resumes != nil {
		_, _ = s.inbox.push(NewBatch(&Packet{Kind: kindConnect, resumes: resumes}))
	}
	s.end(n.read(ctx, s))
	n.leave(ctx, s)
	s.finishing.Wait()
	return s.why(ctx)
}

// Settle waits until the handlers of all that has arrived have returned, and until what they emitted
// is written, or until ctx ends. It serves who knows that nothing more will arrive.
func (n *Namespace) Settle(ctx context.Context) error {
	n.mu.Lock()
	sockets := n.sockets.list()
	n.mu.Unlock()
	var steps []func() <-chan struct{}
	for _, s := range sockets {
		steps = append(steps, s.inbox.settled)
	}
	steps = append(steps, n.delivered) // after every handler: they emit to each other's sockets
	for _, s := range sockets {
		steps = append(steps, s.outbox.settled)
	}
	for _, settled := range steps {
		select {
		case <-settled():
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

func (n *Namespace) newSocket(ctx context.Context, link Link, c Continued, cancel context.CancelCauseFunc) *Socket {
	s := &Socket{id: c.ID, user: c.User, asked: c.Asked, ns: n, link: link, cancel: cancel, done: ctx.Done}
	s.outbox = queue{begin: s.write, limit: cmp.Or(n.gateway.MaxQueue, maxOutbox)}
	s.inbox = queue{limit: maxInbox, begin: func(batch *Batch) func() {
		return func() {
			for _, p := range batch.Packets {
				n.handle(ctx, s, p)
			}
		}
	}}
	return s
}

// add makes the socket one of the namespace's. One that comes back takes the place of its old self, which may not
// have noticed yet that its connection is lost.
func (n *Namespace) add(s *Socket, resumes bool) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if n.closed {
		return false
	}
	if old := n.byID[s.id]; old != nil {
		old.end(Replaced)
	}
	n.byID[s.id] = s
	if resumes {
		n.behind[s] = never
	}
	n.serving.Add(1)
	n.sockets.add(s)
	return true
}

// read hands the client's packets over until the link ends, and returns how.
func (n *Namespace) read(ctx context.Context, s *Socket) Disconnect {
	for {
		p, err := s.link.Receive()
		if err != nil {
			s.went.Store(ctx.Err() == nil)
			return AsDisconnect(err)
		}
		if p.Kind == KindAck {
			s.answered(p)
			continue
		}
		if accepted, open := s.inbox.push(NewBatch(p)); open && !accepted {
			s.end(RateLimited)
		}
	}
}

// leave waits for the socket's handlers and tells the gateway.
func (n *Namespace) leave(ctx context.Context, s *Socket) {
	<-s.inbox.close(false)
	n.mu.Lock()
	n.sockets.remove(s)
	delete(n.behind, s)
	if n.byID[s.id] == s {
		delete(n.byID, s.id)
	}
	for room := range s.rooms {
		s.leave(room)
	}
	n.mu.Unlock()
	if n.gateway.OnDisconnect == nil {
		return
	}
	why := s.why(ctx)
	ctx = context.WithoutCancel(ctx)
	if err := contain(func() error { return n.gateway.OnDisconnect(ctx, s, why) }); err != nil {
		n.report(ctx, err, "OnDisconnect failed", "socket", s.id)
	}
}
