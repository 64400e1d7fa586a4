package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
)

// handle runs the handler of one packet. What a client sent before it left is still handled; what it
// sent before the server threw it out is not.
func (n *Namespace) handle(ctx context.Context, s *Socket, p *Packet) {
	if p.Kind == kindConnect {
		if n.connect(ctx, s) && p.resumes != nil {
			n.catchUp(s, p.resumes)
		}
		return
	}
	if ctx.Err() != nil && !s.went.Load() {
		return
	}
	handle, known := n.events[p.Event]
	if !known || p.Kind == KindInvalid {
		handle = n.refusal
	}
	n.fail(ctx, s, p, contain(func() error {
		reply, err := n.safely(ctx, s, p, handle)
		if err != nil {
			return err
		}
		return n.answer(s, p, reply) // a reply's MarshalJSON is the gateway's code, too
	}))
}

// refused handles what has no handler.
func refused(_ context.Context, _ *Socket, in *Packet) (any, error) {
	if in.Kind == KindInvalid {
		return nil, in.Err
	}
	return nil, &Error{Code: "unknown_event", Message: fmt.Sprintf("nobody listens to %.100q", in.Event)}
}

// safely runs a handler. What a request is acknowledged for is safe.
func (n *Namespace) safely(ctx context.Context, s *Socket, p *Packet, handle Handler) (reply any, err error) {
	if n.relay == nil || p.Kind != KindRequest {
		return handle(ctx, s, p)
	}
	before := n.relay.Relayed()
	reply, err = handle(ctx, s, p)
	if err == nil {
		err = n.relay.Returned(ctx, before)
	}
	return reply, err
}

// connect runs OnConnect. Whatever its error is, the socket ends: fail's reason wins where it has one.
func (n *Namespace) connect(ctx context.Context, s *Socket) (ok bool) {
	if n.gateway.OnConnect == nil {
		return true
	}
	err := contain(func() error { return n.gateway.OnConnect(ctx, s) })
	if err != nil {
		n.fail(ctx, s, &Packet{Event: "OnConnect"}, err)
		s.end(InternalError)
	}
	return err == nil
}

// answer sends a handler's reply. A request is always answered, an event only where there is a reply.
func (n *Namespace) answer(s *Socket, p *Packet, reply any) error {
	kind := KindReply
	if p.Kind == KindRequest {
		kind = KindAck
	} else if reply == nil {
		return nil
	}
	out, err := newPacket(kind, p.Event, reply)
	if err != nil {
		return err
	}
	out.ID = p.ID
	_ = s.send(out) // the socket may have ended meanwhile
	return nil
}

// refuse answers p with an error that the client may see.
func (n *Namespace) refuse(s *Socket, p *Packet, err *Error) {
	if p.Kind == KindRequest {
		_ = s.send(&Packet{Kind: KindAck, Event: p.Event, ID: p.ID, Err: err})
		return
	}
	_ = s.Emit("exception", Exception{Status: "error", Error: *err})
}

// fail gives a handler's error its outcome.
func (n *Namespace) fail(ctx context.Context, s *Socket, p *Packet, err error) {
	var visible *Error
	var end Disconnect
	switch {
	case err == nil:
	case ctx.Err() != nil && (errors.Is(err, ErrClosed) || errors.Is(err, ctx.Err())): // the client has left
	case errors.Is(err, ErrClosed):
		n.refuse(s, p, &Error{Code: "gone", Message: "who this is for has left"})
	case errors.As(err, &end):
		s.end(end)
	case errors.As(err, &visible):
		n.refuse(s, p, visible)
	default:
		n.report(ctx, err, "handler failed", "event", p.Event, "socket", s.id)
		n.refuse(s, p, internal)
	}
}

// report logs what is none of the client's business.
func (n *Namespace) report(ctx context.Context, err error, what string, args ...any) {
	log := n.Log
	if log == nil {
		log = slog.Default()
	}
	args = append(args, "err", err)
	var p *panicked
	if errors.As(err, &p) {
		args = append(args, "stack", string(p.stack))
	}
	log.ErrorContext(ctx, what, args...)
}

// contain turns a panic of fn into an error.
func contain(fn func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = &panicked{v, debug.Stack()}
		}
	}()
	return fn()
}
