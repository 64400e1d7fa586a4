//go:build mistake

// Gives a place back at once: who leaves and comes back finds a full bucket each time, and no limit at all.
//
// Rejected by TestComingBackBringsNoMoreTokens: "messages of one address in a minute"
package limits

import (
	"context"
	"strings"
	"sync"

	before "wslab/lessons/08-recovery/solution"
	"wslab/server/gateway"
)

// Chat is the chat of the lesson before, with limits around it.
type Chat struct {
	gateway.Gateway // of the lesson before

	doors   *Doors
	clients sync.Map // of *client, by socket id: those that have a place
}

// New returns the gateway of a chat with limits.
func New(everyone gateway.Emitter) gateway.Gateway {
	chat := &Chat{Gateway: before.New(everyone), doors: NewDoors()}
	limited := chat.Gateway
	limited.Authenticate, limited.OnConnect, limited.OnDisconnect = chat.authenticate, chat.enter, chat.leave
	limited.Middleware = append([]gateway.Middleware{chat.limit}, chat.Middleware...)
	limited.MaxQueue = MaxQueue
	return limited
}

// authenticate refuses a foreign page, whoever its visitor is.
func (c *Chat) authenticate(ctx context.Context, h gateway.Handshake) (gateway.User, error) {
	if origin := strings.Join(h.Header["Origin"], ""); !sameOrigin(origin, h.Host) {
		return gateway.User{}, Foreign
	}
	return c.Authenticate(ctx, h)
}

// enter gives a client a place before anything else is done for it.
func (c *Chat) enter(ctx context.Context, socket *gateway.Socket) error {
	if !c.doors.Enter(addressOf(socket)) {
		return gateway.TryAgainLater
	}
	c.clients.Store(socket.ID(), newClient())
	return c.OnConnect(ctx, socket)
}

// leave gives the place back after a while. One who was refused leaves too, and had none.
func (c *Chat) leave(ctx context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
	if _, inside := c.clients.LoadAndDelete(socket.ID()); !inside {
		return nil
	}
	c.doors.Leave(addressOf(socket))
	return c.OnDisconnect(ctx, socket, why)
}
