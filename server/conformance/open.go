package conformance

import (
	"cmp"
	"context"
	"time"

	"wslab/server/gateway"
)

// The events that the public suites of Socket.IO want of a server.
const (
	Auth        gateway.Event[gateway.Payload]                    = "auth"
	MessageBack gateway.Event[gateway.Payload]                    = "message-back"
	WithAck     gateway.Request[gateway.Payload, gateway.Payload] = "message-with-ack"
)

// together is how long after another a message must come for the suites to see both: they listen for one at a
// time, and miss the second of two that arrive in one piece.
const together = 20 * time.Millisecond

// watching is the room of those who hear who has left.
const watching = "watching"

// opened lets everybody in, and makes of the gateway what the public suites of Socket.IO expect: a client hears
// its own auth object, and its arguments again. Nothing may come between, so a client of Socket.IO hears of
// others that leave only after it has sent another event than the suites do.
func opened(g *gateway.Gateway, everyone gateway.Emitter) {
	g.Authenticate = nil
	g.OnConnect = func(_ context.Context, s *gateway.Socket) error {
		auth := s.User().ID
		if auth == "" {
			s.Join(watching)
			return nil
		}
		time.Sleep(together)
		return Auth.Emit(s, gateway.Payload{Data: []byte(auth)})
	}
	g.OnDisconnect = func(_ context.Context, s *gateway.Socket, why gateway.Disconnect) error {
		return Left.Emit(s.To(watching).Except(s), Departure{ID: s.ID(), Reason: why.Reason})
	}
	for i, sub := range g.Events {
		if sub.Event != string(Message) {
			g.Events[i].Handle = watched(sub.Handle)
			continue
		}
		g.Events[i] = Message.On(func(_ context.Context, s *gateway.Socket, in gateway.Payload) error {
			if s.User().ID == "" {
				return broadcast(everyone, in)
			}
			if err := MessageBack.Emit(s, in); err != nil || in.Several {
				return err
			}
			return broadcast(s.Broadcast(), in)
		})
	}
	g.Events = append(g.Events, WithAck.Handle(func(_ context.Context, _ *gateway.Socket, in gateway.Payload) (gateway.Payload, error) {
		return in, nil
	}))
}

func watched(next gateway.Handler) gateway.Handler {
	return func(ctx context.Context, s *gateway.Socket, in *gateway.Packet) (any, error) {
		s.Join(watching)
		return next(ctx, s, in)
	}
}

// Open is the host of a namespace whose gateway is open. It knows clients of Socket.IO by their auth object,
// which stands in for an id.
type Open struct{ *gateway.Namespace }

// Authenticate implements [gateway.Host].
func (o Open) Authenticate(_ context.Context, h gateway.Handshake) (gateway.User, error) {
	if !h.Query.Has("EIO") {
		return gateway.User{}, nil
	}
	return gateway.User{ID: cmp.Or(string(h.Auth), "{}")}, nil
}
