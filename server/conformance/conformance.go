// Package conformance is a gateway made for outside test suites and clients: each of its events shows
// one thing that a client may want to see a server do.
package conformance

import (
	"context"
	"encoding/json"

	"wslab/server/chat"
	"wslab/server/gateway"
)

// The events of the gateway. Payloads that are passed on keep every byte but white space.
const (
	Message  gateway.Event[json.RawMessage]                    = "message"
	Echo     gateway.Request[json.RawMessage, json.RawMessage] = "echo"
	Fail     gateway.Event[json.RawMessage]                    = "fail"
	Kick     gateway.Event[json.RawMessage]                    = "kick"
	Ask      gateway.Request[json.RawMessage, json.RawMessage] = "ask"
	Question gateway.Request[json.RawMessage, json.RawMessage] = "question"
	Stream   gateway.Event[json.RawMessage]                    = "stream"
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

// New returns the gateway. Open lets everybody in; else it asks for what the chat asks for.
func New(open bool) func(everyone gateway.Emitter) gateway.Gateway {
	return func(everyone gateway.Emitter) gateway.Gateway {
		g := gateway.Gateway{
			Authenticate: chat.Authenticate,
			OnDisconnect: func(_ context.Context, s *gateway.Socket, why gateway.Disconnect) error {
				return Left.Emit(s.Broadcast(), Departure{ID: s.ID(), Reason: why.Reason})
			},
			Events: gateway.Events{
				Message.On(func(_ context.Context, _ *gateway.Socket, in json.RawMessage) error { return broadcast(everyone, in) }),
				Echo.Handle(func(_ context.Context, _ *gateway.Socket, in json.RawMessage) (json.RawMessage, error) {
					return in, nil
				}),
				Fail.On(func(context.Context, *gateway.Socket, json.RawMessage) error {
					return &gateway.Error{Code: "failed", Message: "this handler always fails"}
				}),
				Kick.On(func(context.Context, *gateway.Socket, json.RawMessage) error { return gateway.Kicked }),
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
			g.Authenticate = nil
		}
		return g
	}
}

// broadcast passes a string, or an object with a text, on to everyone.
func broadcast(everyone gateway.Emitter, in json.RawMessage) error {
	if _, err := gateway.Decode[chat.Line](in); err != nil {
		return err
	}
	return Message.Emit(everyone, in)
}

func stream(_ context.Context, s *gateway.Socket, _ json.RawMessage) error {
	for i := 1; i <= 3; i++ {
		if err := Streamed.Emit(s, i); err != nil {
			return err
		}
	}
	return nil
}
