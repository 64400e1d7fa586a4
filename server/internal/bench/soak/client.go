package soak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/coder/websocket"

	"wslab/server/internal/bench/ledger"
)

// A client is one connection. What it hears is checked.
type client struct {
	format format
	conn   *websocket.Conn
	nc     *net.TCPConn // below it, for what a well behaved client never does
	buf    []byte
	mute   atomic.Bool // answers no heartbeat
	gate   sync.Mutex  // held while nothing is to be read
	over   chan error  // has why the connection ended, once listen has returned
	*ledger.Listener
}

// dial lets a client in. From its return on it must hear everything.
func (f format) dial(ctx context.Context, host string, l *ledger.Ledger) (*client, error) {
	c := &client{format: f, buf: make([]byte, 4096), over: make(chan error, 1)}
	open := func(ctx context.Context, network, addr string) (net.Conn, error) {
		nc, err := new(net.Dialer).DialContext(ctx, network, addr)
		if err == nil {
			c.nc = nc.(*net.TCPConn)
		}
		return nc, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	conn, answer, err := websocket.Dial(ctx, "ws://"+host+f.path, &websocket.DialOptions{
		HTTPClient:     &http.Client{Transport: &http.Transport{DialContext: open}},
		OnPingReceived: func(context.Context, []byte) bool { return !c.mute.Load() },
	})
	if err != nil {
		return nil, fmt.Errorf("connecting: %w", err)
	}
	if answer.Body != nil {
		answer.Body.Close()
	}
	c.conn = conn
	if err := c.greeted(ctx); err != nil {
		c.nc.Close()
		return nil, fmt.Errorf("connecting: %w", err)
	}
	c.Listener = l.Join()
	return c, nil
}

// greeted reads until the server has let the client in.
func (c *client) greeted(ctx context.Context) error {
	for {
		text, err := c.read(ctx)
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(string(text), c.format.greets):
			return nil
		case c.format.opens != "" && strings.HasPrefix(string(text), c.format.opens):
			if err := c.write(ctx, []byte(c.format.connect)); err != nil {
				return err
			}
		}
	}
}

// read returns the next message, which is valid until the next one.
func (c *client) read(ctx context.Context) ([]byte, error) {
	_, r, err := c.conn.Reader(ctx)
	if err != nil {
		return nil, err
	}
	n := 0
	for n < len(c.buf) {
		more, err := r.Read(c.buf[n:])
		if n += more; errors.Is(err, io.EOF) {
			return c.buf[:n], nil
		} else if err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("a message of more than %d bytes", len(c.buf))
}

func (c *client) write(ctx context.Context, text []byte) error {
	return c.conn.Write(ctx, websocket.MessageText, text)
}

// listen takes into account what comes, until the connection or ctx ends, and closes the connection. Answers to what
// this client has said go to acked.
func (c *client) listen(ctx context.Context, acked func(seq int64)) {
	defer c.nc.Close()
	for {
		c.gate.Lock()
		c.gate.Unlock() //nolint:staticcheck // to wait is all
		text, err := c.read(ctx)
		if err == nil {
			err = c.take(ctx, text, acked)
		}
		if err != nil {
			c.over <- err
			return
		}
	}
}

// take takes one message into account, and answers a heartbeat of Engine.IO.
func (c *client) take(ctx context.Context, text []byte, acked func(seq int64)) error {
	if p, ok := c.format.heard(text); ok {
		return c.Hear(p)
	} else if seq, ok := c.format.acked(text); ok {
		acked(seq)
	} else if string(text) == "2" && !c.mute.Load() {
		return c.write(ctx, []byte("3"))
	}
	return nil
}
