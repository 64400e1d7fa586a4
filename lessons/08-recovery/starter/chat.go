// Package recovery numbers what is said, so that a connection that is lost loses nothing.
package recovery

import (
	"context"
	"slices"
	"sync"
	"time"

	heartbeat "wslab/lessons/07-heartbeat/solution"
	"wslab/server/gateway"
)

// Chat is the chat of lesson 7 with a log.
type Chat struct {
	mu  sync.Mutex // whoever holds it decides what comes next
	log Log
}

// New returns the gateway of a chat that numbers what is said.
func New(everyone gateway.Emitter) gateway.Gateway {
	chat, g := new(Chat), heartbeat.New(everyone)
	unnumbered := func(s gateway.Subscription) bool { return s.Event == string(Said) }
	g.Events = append(slices.DeleteFunc(g.Events, unnumbered), Say.Handle(chat.say), Resume.On(chat.resume))
	return g
}

// say appends what a client says to the log, and tells everyone, if it is new.
func (c *Chat) say(_ context.Context, socket *gateway.Socket, words Words) (Receipt, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	said := Message{Key: words.Key, From: socket.User().Name, Text: words.Text, At: time.Now()}
	n, again, err := c.log.Append(words.Heard, said)
	if err != nil || again {
		return Receipt{n}, err
	}
	said.N = n
	return Receipt{n}, Said.Emit(socket.To(room), said)
}
