package client

import (
	"context"
	"sync"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// Plain is a client of a server that is no gateway: on its WebSocket there are messages and nothing else. Its methods
// may be called from any goroutine.
type Plain struct {
	conn  transport.Conn
	trace func(toServer bool, m transport.Message)
	one   sync.Mutex // keeps the order of what is sent, and of what trace sees
}

// DialPlain opens a WebSocket. trace sees every message, one at a time. Nothing is read before [Plain.Run].
func DialPlain(ctx context.Context, url string, trace func(toServer bool, m transport.Message)) (*Plain, error) {
	conn, err := dial(ctx, url, nil)
	if err != nil {
		return nil, err
	}
	return &Plain{conn: conn, trace: trace}, nil
}

// Send sends a message.
func (p *Plain) Send(m transport.Message) error {
	p.one.Lock()
	defer p.one.Unlock()
	p.trace(true, m)
	return p.conn.Write(m)
}

// Run shows what the server sends to trace until the connection ends, and returns why.
func (p *Plain) Run() gateway.Disconnect {
	for {
		m, err := p.conn.Read(context.Background())
		if err != nil {
			return gateway.AsDisconnect(err)
		}
		p.one.Lock()
		p.trace(false, m)
		p.one.Unlock()
	}
}

// Polls is false: there is nothing but the WebSocket.
func (*Plain) Polls() bool { return false }

// Close leaves and says so.
func (p *Plain) Close() error { return p.conn.Close(gateway.ClientLeft.Code, "") }

// Lose cuts the connection without a word, as far as the platform can.
func (p *Plain) Lose() error { return p.conn.Close(gateway.ConnectionLost.Code, "") }
