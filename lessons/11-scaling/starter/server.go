// Package scaling makes several servers one chat: what is said goes through a log that they share.
package scaling

import (
	"context"

	messages "wslab/lessons/04-messages/solution"
	"wslab/server/broker"
	"wslab/server/gateway"
)

// Chat is one server's part of the chat.
type Chat struct {
	server   string          // its name
	log      broker.Log      // what all servers share
	everyone gateway.Emitter // who is connected to this server
}

// New returns the gateway of one server, and what runs beside it as long as the server does.
func New(server string, log broker.Log, everyone gateway.Emitter) (gateway.Gateway, func(ctx context.Context, after uint64) error) {
	chat := &Chat{server: server, log: log, everyone: everyone}
	return gateway.Gateway{
		Authenticate: messages.New(everyone).Authenticate, // the door of lesson 4
		OnConnect:    chat.greet,
		Events:       gateway.Events{Say.Handle(chat.say), Missed.Handle(chat.missed)},
	}, chat.follow
}

// greet tells a newcomer where it is: at which server, and where the log ends.
func (c *Chat) greet(ctx context.Context, socket *gateway.Socket) error {
	last, err := c.log.Last(ctx)
	if err != nil {
		return err
	}
	return Welcome.Emit(socket, Greeting{Server: c.server, Offset: last})
}
