// Package messages lets everyone who is connected talk to each other.
package messages

import (
	"context"

	"wslab/server/gateway"
)

// maxText is the longest text, in characters.
const maxText = 2000

// Chat is the gateway's side of the chat: it reads what clients send, and the service does the rest.
type Chat struct {
	service *Service
}

// New returns the gateway of a chat.
func New(everyone gateway.Emitter) gateway.Gateway {
	chat := &Chat{service: NewService(everyone)}
	return gateway.Gateway{
		Authenticate: authenticate,
		OnConnect:    chat.service.Enter,
		OnDisconnect: chat.service.Leave,
		Events:       gateway.Events{
			// TODO 1: subscribe chat.say to Say.
		},
	}
}

// say handles what a client says.
func (c *Chat) say(ctx context.Context, socket *gateway.Socket, line Line) error {
	// TODO 2: refuse a text that, trimmed, has not 1 to maxText characters, with a *gateway.Error of
	// the code "bad_payload"; post any other in the name of the socket.
	return nil
}
