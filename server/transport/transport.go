// Package transport carries messages between a client and a server. A [Conn] knows nothing of events:
// protocols read packets out of its messages.
package transport

import (
	"context"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"wslab/server/gateway"
)

// Message is what a transport reads or writes: UTF-8 text, or bytes.
type Message struct {
	Binary bool
	Data   []byte
}

// Batch is messages that are written together, to one connection or to many: what a transport makes of
// them is made once.
type Batch struct {
	Messages []Message

	once  sync.Once
	bytes []byte
}

// Bytes returns the messages as join writes them, which is the same function for all connections.
func (b *Batch) Bytes(join func([]Message) []byte) []byte {
	b.once.Do(func() { b.bytes = join(b.Messages) })
	return b.bytes
}

// A Prompt is a [Conn] that can write without waiting.
type Prompt interface {
	// Begin writes what the network takes at once. The rest, if any, is written by the function it
	// returns, which waits as Write does; no other batch is written before that has returned.
	Begin(b *Batch) (rest func() error, err error)
}

// Begin is [Prompt.Begin] for every connection: one that can only wait leaves all of the batch to rest.
func Begin(c Conn, b *Batch) (rest func() error, err error) {
	if prompt, ok := c.(Prompt); ok {
		return prompt.Begin(b)
	}
	return func() error { return c.Write(b.Messages...) }, nil
}

// Conn carries messages both ways. One goroutine may read while another writes and a third closes.
type Conn interface {
	// Read waits for the next message. When ctx ends the connection may be lost, as the library's
	// are. The error is a [gateway.Disconnect] with the code and reason of the other side's close
	// frame, or gateway.ConnectionLost where none came.
	Read(ctx context.Context) (Message, error)

	// Write sends messages in order, in as few writes to the network as it can. It takes no context:
	// it waits until the network has taken them or the connection is closed.
	Write(messages ...Message) error

	// Close tells the other side why, as RFC 6455, section 7 has it, waits some seconds for its
	// answer and frees the connection. Code 1006, which cannot be sent, cuts it without a word.
	Close(code int, reason string) error
}

// RetryAfter is how many seconds a client should stay away that is refused for now, as the header of that name
// says it (RFC 9110, 10.2.3).
const RetryAfter = "5"

// LimitRate returns conn with a limit on what it reads: once more than burst messages came faster
// than perSecond, Read fails with [gateway.RateLimited].
func LimitRate(conn Conn, perSecond, burst int) Conn {
	return &limited{conn, rate.NewLimiter(rate.Limit(perSecond), burst)}
}

type limited struct {
	Conn
	limiter *rate.Limiter
}

// Begin implements [Prompt].
func (l *limited) Begin(b *Batch) (rest func() error, err error) { return Begin(l.Conn, b) }

func (l *limited) Read(ctx context.Context) (Message, error) {
	m, err := l.Conn.Read(ctx)
	if err == nil && !l.limiter.AllowN(time.Now(), 1) {
		return Message{}, gateway.RateLimited
	}
	return m, err
}
