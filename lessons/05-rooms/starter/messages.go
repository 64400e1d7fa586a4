// Package rooms lets clients talk in rooms, to one other client, and to everyone.
package rooms

import (
	"context"

	"wslab/server/gateway"
)

// Chat is the gateway's side of the chat: it reads what clients send, and the service does the rest.
type Chat struct {
	service *Service
}

// New returns the gateway of a chat with rooms.
func New(everyone gateway.Emitter) gateway.Gateway {
	chat := &Chat{service: NewService(everyone)}
	return gateway.Gateway{
		Authenticate: authenticate,
		OnConnect:    chat.service.Enter,
		OnDisconnect: chat.service.Leave,
		Events: gateway.Events{
			Say.On(chat.say), Whisper.On(chat.whisper),
			Join.On(chat.join), Leave.On(chat.leave), Type.On(chat.typing),
		},
	}
}

func (c *Chat) say(_ context.Context, socket *gateway.Socket, line Line) error {
	text, err := checked("text", line.Text, maxText)
	switch {
	case err != nil:
		return err
	case line.Room == "":
		return c.service.Post(socket, text)
	}
	return c.service.SayIn(socket, line.Room, text)
}

func (c *Chat) whisper(_ context.Context, socket *gateway.Socket, note Note) error {
	text, err := checked("text", note.Text, maxText)
	if err != nil {
		return err
	}
	return c.service.Whisper(socket, note.To, text)
}
