package gateway

import "context"

// A Gateway describes how one namespace reacts to its sockets. The zero Gateway accepts every socket
// and knows no event.
type Gateway struct {
	// Authenticate decides who is connecting, before anything else runs. Return [Unauthorized], or
	// another [Disconnect], to refuse. Nil accepts everyone as anonymous.
	Authenticate func(ctx context.Context, h Handshake) (User, error)

	// OnConnect runs once for each socket, as soon as it can be spoken to. An error ends the socket.
	OnConnect func(ctx context.Context, socket *Socket) error

	// OnDisconnect runs exactly once for each socket, after everything else. Its context is not
	// cancelled. The socket can no longer be spoken to; an error is logged.
	OnDisconnect func(ctx context.Context, socket *Socket, why Disconnect) error

	// Middleware wraps the handler of every event, the first one outermost. It wraps also what refuses an event that
	// nobody listens to, and a packet of [KindInvalid].
	Middleware []Middleware

	// MaxQueue is how many bytes may wait for one client that reads slowly, before it is ended with [TooSlow].
	// 0 is 1 MiB.
	MaxQueue int

	// Events are the subscriptions, each to a different event.
	Events Events
}

// Events are subscriptions, made by [Event.On] and [Request.Handle].
type Events []Subscription

// A Subscription ties an event's name to its handler.
type Subscription struct {
	Event  string
	Handle Handler
	Name   string // of the function that handles it, as Go's runtime has it; may be empty
}

// A Handler answers one packet, an event or a request. Its context ends with the socket.
//
// A nil reply sends nothing to a client that asked for nothing. An error has three outcomes: an
// [*Error] refuses the request, or is sent as the event "exception"; a [Disconnect] ends the socket;
// anything else, a panic included, is logged, and the client sees "internal error".
type Handler func(ctx context.Context, socket *Socket, in *Packet) (reply any, err error)

// Middleware is a function around a handler: NestJS's guards, pipes, interceptors and filters.
type Middleware func(next Handler) Handler

// An Emitter sends an event to one or more sockets. It waits for no client: a socket that does
// not keep up is ended with [TooSlow]. The error says that data cannot be encoded or the socket has ended.
type Emitter interface {
	Emit(event string, data any) error
}

// Host serves links until they end. A [Namespace] is one; so is a function that holds its namespace
// in a sandbox.
type Host interface {
	// Protected reports whether clients must authenticate. The error, a [Disconnect], says that nobody
	// is served.
	Protected(ctx context.Context) (bool, error)
	// Authenticate says who is connecting, or refuses with a [Disconnect].
	Authenticate(ctx context.Context, h Handshake) (User, error)
	// Serve runs one socket of user over link and returns why it ended.
	Serve(ctx context.Context, link Link, user User) Disconnect
}
