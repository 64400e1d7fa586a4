package transport

import (
	"context"
	"sync"

	"wslab/server/gateway"
)

// Pipe returns both ends of a connection in memory. Like [net.Pipe] it has no buffer: Write returns
// when the other end has read, so whatever was written before a Close has arrived.
func Pipe() (client, server Conn) {
	up, down := make(chan Message), make(chan Message)
	end := &ending{done: make(chan struct{})}
	return &pipe{in: down, out: up, end: end}, &pipe{in: up, out: down, end: end}
}

type ending struct {
	once sync.Once
	done chan struct{}
	why  gateway.Disconnect // read after done
}

type pipe struct {
	in  <-chan Message
	out chan<- Message
	end *ending
}

func (p *pipe) Read(ctx context.Context) (Message, error) {
	select {
	case m := <-p.in:
		return m, nil
	case <-p.end.done:
		return Message{}, p.end.why
	case <-ctx.Done():
		return Message{}, ctx.Err()
	}
}

func (p *pipe) Write(messages ...Message) error {
	for _, m := range messages {
		select {
		case p.out <- m:
		case <-p.end.done:
			return p.end.why
		}
	}
	return nil
}

func (p *pipe) Close(code int, reason string) error {
	p.end.once.Do(func() {
		p.end.why = gateway.Disconnect{Code: code, Reason: reason}
		close(p.end.done)
	})
	return nil
}
