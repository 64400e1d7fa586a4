//go:build mistake

// Broadcasts the message and returns it as well, as a NestJS handler would: the sender hears it twice.
//
// Rejected by TestEveryoneHearsItOnce: "got: {"event":"message""
package messages

import (
	"context"
	"fmt"
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
			gateway.Request[Line, Line](Say).Handle(chat.say),
		},
	}
}

// say handles what a client says.
func (c *Chat) say(_ context.Context, socket *gateway.Socket, line Line) (Line, error) {
	text := strings.TrimSpace(line.Text)
	if n := utf8.RuneCountInString(text); n < 1 || n > maxText {
		return line, &gateway.Error{Code: "bad_payload", Message: fmt.Sprintf("a text has 1 to %d characters, this one has %d", maxText, n)}
	}
	return line, c.service.Post(socket.ID(), text)
}
