// Package transport carries messages between a client and a server. A [Conn] knows nothing of events:
// protocols read packets out of its messages.
package transport

import (
	"context"
	"time"

	"golang.org/x/time/rate"

	"wslab/server/gateway"
)

// Message is what a transport reads or writes: UTF-8 text, or bytes.
type Message struct {
	Binary bool
	Data   []byte
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

// LimitRate returns conn with a limit on what it reads: once more than burst messages came faster
// than perSecond, Read fails with [gateway.RateLimited].
func LimitRate(conn Conn, perSecond, burst int) Conn {
	return &limited{conn, rate.NewLimiter(rate.Limit(perSecond), burst)}
}

type limited struct {
	Conn
	limiter *rate.Limiter
}

func (l *limited) Read(ctx context.Context) (Message, error) {
	m, err := l.Conn.Read(ctx)
	if err == nil && !l.limiter.AllowN(time.Now(), 1) {
		return Message{}, gateway.RateLimited
	}
	return m, err
}
