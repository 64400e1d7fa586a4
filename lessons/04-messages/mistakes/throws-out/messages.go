//go:build mistake

// Throws out whoever sends an empty text. A Disconnect ends the socket; an Error answers it.
//
// Rejected by TestAnEmptyMessageIsRefused: "got: the connection has ended"
package messages

import (
	"context"
	"strings"
	"unicode/utf8"

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
		Events: gateway.Events{
			Say.On(chat.say),
		},
	}
}

// say handles what a client says.
func (c *Chat) say(_ context.Context, socket *gateway.Socket, line Line) error {
	text := strings.TrimSpace(line.Text)
	if n := utf8.RuneCountInString(text); n < 1 || n > maxText {
		return gateway.Kicked
	}
	return c.service.Post(socket.ID(), text)
}
