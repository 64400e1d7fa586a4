// Package conformance is a gateway made for outside test suites and clients: each of its events shows
// one thing that a client may want to see a server do.
package conformance

import (
	"context"

	"wslab/server/chat"
	"wslab/server/gateway"
)

// The events of the gateway. Payloads that are passed on keep what they are, attachments included.
const (
	Message  gateway.Event[gateway.Payload]                    = "message"
	Echo     gateway.Request[gateway.Payload, gateway.Payload] = "echo"
	Fail     gateway.Event[gateway.Payload]                    = "fail"
	Kick     gateway.Event[gateway.Payload]                    = "kick"
	Ask      gateway.Request[gateway.Payload, gateway.Payload] = "ask"
	Question gateway.Request[gateway.Payload, gateway.Payload] = "question"
	Stream   gateway.Event[gateway.Payload]                    = "stream"
	Streamed gateway.Event[int]                                = "stream"
	Join     gateway.Request[string, string]                   = "join"
	Room     gateway.Event[RoomLine]                           = "room"
	RoomSaid gateway.Event[string]                             = "room"
	Left     gateway.Event[Departure]                          = "left"
)

type (
	// RoomLine is what is said in a room.
	RoomLine struct {
		Room string `json:"room"`
		Text string `json:"text"`
	}
	// Departure says who left and why.
	Departure struct {
		ID     string `json:"id"`
		Reason string `json:"reason"`
	}
)

// New returns the gateway. Open lets everybody in; else it asks for what the chat asks for. See [Open].
func New(open bool) func(everyone gateway.Emitter) gateway.Gateway {
	return func(everyone gateway.Emitter) gateway.Gateway {
		g := gateway.Gateway{
			Authenticate: chat.Authenticate,
			OnDisconnect: func(_ context.Context, s *gateway.Socket, why gateway.Disconnect) error {
				return Left.Emit(s.Broadcast(), Departure{ID: s.ID(), Reason: why.Reason})
			},
			Events: gateway.Events{
				Message.On(func(_ context.Context, _ *gateway.Socket, in gateway.Payload) error { return broadcast(everyone, in) }),
				Echo.Handle(func(_ context.Context, _ *gateway.Socket, in gateway.Payload) (gateway.Payload, error) {
					in.Several = false // as NestJS, where several arguments are one array
					return in, nil
				}),
				Fail.On(func(context.Context, *gateway.Socket, gateway.Payload) error {
					return &gateway.Error{Code: "failed", Message: "this handler always fails"}
				}),
				Kick.On(func(context.Context, *gateway.Socket, gateway.Payload) error { return gateway.Kicked }),
				Ask.Handle(Question.Ask),
				Stream.On(stream),
				Join.Handle(func(_ context.Context, s *gateway.Socket, room string) (string, error) {
					s.Join(room)
					return room, nil
				}),
				Room.On(func(_ context.Context, s *gateway.Socket, in RoomLine) error {
					return RoomSaid.Emit(s.To(in.Room).Except(s), in.Text)
				}),
			},
		}
		if open {
			opened(&g, everyone)
		}
		return g
	}
}

// broadcast passes a string, or an object with a text, on to everyone.
func broadcast(everyone gateway.Emitter, in gateway.Payload) error {
	if _, err := gateway.Decode[chat.Line](in.JSON()); err != nil {
		return err
	}
	return Message.Emit(everyone, in)
}

func stream(_ context.Context, s *gateway.Socket, _ gateway.Payload) error {
	for i := 1; i <= 3; i++ {
		if err := Streamed.Emit(s, i); err != nil {
			return err
		}
	}
	return nil
}
