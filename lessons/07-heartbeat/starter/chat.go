// Package heartbeat gives the chat of lesson 6 a heartbeat, and its clients a way back.
package heartbeat

import (
	"context"
	"sync"

	acks "wslab/lessons/06-acks/solution"
	"wslab/server/gateway"
)

// Chat is the chat of lesson 6 with the lines to its clients.
type Chat struct {
	gateway.Gateway // of lesson 6

	lines sync.Map // of *line, by socket id
}

// New returns the gateway of a chat that notices who is gone.
func New(everyone gateway.Emitter) gateway.Gateway {
	chat := &Chat{Gateway: acks.New(everyone)}
	g := chat.Gateway
	g.OnConnect, g.OnDisconnect = chat.enter, chat.leave
	g.Events = append(g.Events, Pong.On(chat.pong))
	return g
}

// enter greets a client as in lesson 6, and watches it as long as it is connected.
func (c *Chat) enter(ctx context.Context, socket *gateway.Socket) error {
	if err := c.OnConnect(ctx, socket); err != nil {
		return err
	}
	l := &line{socket: socket}
	c.lines.Store(socket.ID(), l)
	go func() { socket.Disconnect(gateway.AsDisconnect(watch(ctx, l))) }()
	return nil
}

// leave forgets the line to a client, and tells the others as in lesson 6.
func (c *Chat) leave(ctx context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
	c.lines.Delete(socket.ID())
	return c.OnDisconnect(ctx, socket, why)
}

// pong notes which ping a client has answered.
func (c *Chat) pong(_ context.Context, socket *gateway.Socket, beat Beat) error {
	if l, here := c.lines.Load(socket.ID()); here {
		l.(*line).answered.Store(int64(beat.N))
	}
	return nil
}
