package recovery

import (
	"errors"
	"sync"
)

// errGap ends a connection on which something is missing: who comes back hears it.
var errGap = errors.New("a message is missing before this one")

// An Inbox knows up to which number a client has heard everything. An Outbox holds what it has to say and nobody has
// acknowledged, the oldest first.
type (
	Inbox  struct{ Heard int }
	Outbox []Line
)

// Client is what a person's side of the chat keeps while connections come and go.
type Client struct {
	hears func(Message)      // what is new, in order
	loses func(doubt []Line) // too much was missed, and what was said last may be among it: it is not said again

	mu     sync.Mutex
	inbox  Inbox
	outbox Outbox
	said   string        // the key of what was said last
	asked  *Position     // what it has resumed with, until that is answered
	more   chan struct{} // there may be something to say
}

// NewClient returns a client that tells a person what it hears, and what it loses. Neither may call the client.
func NewClient(hears func(Message), loses func(doubt []Line)) *Client {
	return &Client{hears: hears, loses: loses, more: make(chan struct{}, 1)}
}

// Hear takes a message that has come. Its error says that the connection must end.
func (c *Client) Hear(m Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	next, gap := c.inbox.Take(m.N)
	if gap {
		return errGap
	}
	if next {
		c.outbox.Acknowledge(m.Key) // its answer may be lost
		c.hears(m)
	}
	return nil
}

// Say keeps a text until it is acknowledged. It does not wait.
func (c *Client) Say(text string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outbox.Keep(text)
	select {
	case c.more <- struct{}{}:
	default:
	}
}
