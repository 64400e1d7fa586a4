// Package acks lets clients ask, and answers them or says why not.
package acks

import (
	"context"
	"strings"

	"wslab/server/gateway"
)

// Chat is the gateway's side of the chat: it reads what clients send, and the service does the rest.
type Chat struct {
	service *Service
}

// New returns the gateway of a chat that answers.
func New(everyone gateway.Emitter) gateway.Gateway {
	chat := &Chat{service: NewService(everyone)}
	return gateway.Gateway{
		Authenticate: authenticate,
		OnConnect:    chat.service.Enter,
		OnDisconnect: chat.service.Leave,
		Middleware:   []gateway.Middleware{gateway.Catch(explain)},
		Events: gateway.Events{
			Say.On(chat.say), Join.On(chat.join), Leave.On(chat.leave), Type.On(chat.typing),
			Who.Handle(chat.who), Private.Handle(chat.private),
		},
	}
}

// Validate refuses a line without text, before any handler sees it.
func (l Line) Validate() error { return checked("text", l.Text, maxText) }

func (c *Chat) say(_ context.Context, socket *gateway.Socket, line Line) error {
	if line.Room == "" {
		return c.service.Post(socket, line.Text)
	}
	return c.service.SayIn(socket, line.Room, line.Text)
}

func (c *Chat) join(_ context.Context, socket *gateway.Socket, place Place) error {
	return c.service.JoinRoom(socket, strings.TrimSpace(place.Room))
}

func (c *Chat) leave(_ context.Context, socket *gateway.Socket, place Place) error {
	return c.service.LeaveRoom(socket, place.Room)
}

func (c *Chat) typing(_ context.Context, socket *gateway.Socket, place Place) error {
	return c.service.Type(socket, place.Room)
}
