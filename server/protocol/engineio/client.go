package engineio

import (
	"context"
	"errors"
	"sync"
	"time"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// The transports, as addresses and handshakes name them.
const (
	Polling   = "polling"
	WebSocket = "websocket"
)

// A Network is how a client reaches its server: natively with net/http and a library, in a page with what the
// browser has.
type Network struct {
	// WebSocket opens a WebSocket at a ws:// or wss:// address.
	WebSocket func(ctx context.Context, address string) (transport.Conn, error)
	// Request makes one request at an http:// or https:// address. Only what never was answered is an error.
	Request func(ctx context.Context, method, address string, body []byte) (status int, answer []byte, err error)
}

// DialOptions configure [Dial].
type DialOptions struct {
	Network
	// Transports is [Polling], [WebSocket], or one and then the other: the second takes over where the server
	// offers it, and if that fails the session goes on with the first.
	Transports []string
	// Trace, which may be nil, sees every packet as it stands on the wire, from several goroutines.
	Trace func(toServer bool, packet []byte)
}

// closeTimeout is how long a client waits until its goodbye has gone out.
const closeTimeout = 5 * time.Second

// serverLeft is how a session ends whose server said so in a packet, which has no code and no reason: 1005
// stands for none (RFC 6455, section 7.4.1).
var serverLeft = gateway.Disconnect{Code: 1005, Reason: TransportClose.Reason}

// A Client is the client's side of a session: a [transport.Conn] of its messages. Write does not wait for the
// network. Somebody must always be reading, which also answers the server's pings.
type Client struct {
	carrier
	address string
	o       DialOptions
	hello   Handshake
	done    chan struct{}
	beat    *time.Timer   // ends a session whose server is silent
	wake    chan struct{} // capacity 1: there is something to send

	sending sync.Mutex // held while a batch goes out, and while the transport changes

	// guarded by the carrier's lock
	waiting []transport.Message
	leaving *gateway.Disconnect // once all that waits has gone out
	why     *gateway.Disconnect
}

var _ transport.Conn = (*Client)(nil)

// Dial opens a session at an address that begins with ws, wss, http or https. The error of an answer that is a
// refusal is a [gateway.Disconnect] with the HTTP status as its code.
func Dial(ctx context.Context, address string, o DialOptions) (*Client, error) {
	c := &Client{address: address, o: o, done: make(chan struct{}), wake: make(chan struct{}, 1)}
	if err := c.open(ctx); err != nil {
		return nil, err
	}
	c.beat = time.AfterFunc(c.patience(), func() { c.cut(gateway.PingTimeout) })
	go c.flush()
	return c, nil
}

// Transport is the name of the transport that carries the session now.
func (c *Client) Transport() string {
	if _, polls := c.current().(*poll); polls {
		return Polling
	}
	return WebSocket
}

func (c *Client) show(toServer bool, packet []byte) {
	if c.o.Trace != nil {
		c.o.Trace(toServer, packet)
	}
}

// receive reads a packet. A poll has shown it already.
func (c *Client) receive(ctx context.Context, conn transport.Conn) (Packet, error) {
	m, err := conn.Read(ctx)
	if err != nil {
		return Packet{}, err
	}
	if _, polls := conn.(*poll); !polls {
		c.show(false, m.Data)
	}
	return Decode(m.Data, m.Binary)
}

// Read implements [transport.Conn]: it waits for the server's next message. One whose ctx ends leaves it to
// [Client.Close] to say goodbye.
func (c *Client) Read(ctx context.Context) (transport.Message, error) {
	for {
		conn := c.current()
		p, err := c.receive(ctx, conn)
		switch {
		case errors.Is(err, ErrPacket):
			return transport.Message{}, c.cut(ParseError)
		case err != nil && c.left(conn):
		case err != nil && ctx.Err() != nil:
			return transport.Message{}, context.Cause(ctx)
		case err != nil && c.leaves(): // and minds nothing but that the goodbye goes out
			<-c.done
			return transport.Message{}, c.end(gateway.ConnectionLost)
		case err != nil:
			return transport.Message{}, c.cut(gateway.AsDisconnect(err))
		case p.Type == Message:
			return transport.Message{Binary: p.Binary, Data: p.Data}, nil
		case p.Type == Ping:
			c.beat.Reset(c.patience())
			c.send(transport.Message{Data: Packet{Type: Pong, Data: p.Data}.Append(nil)})
		case p.Type == Close:
			return transport.Message{}, c.cut(serverLeft)
		}
	}
}

func (c *Client) leaves() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.leaving != nil
}

// patience is how long the server may be silent.
func (c *Client) patience() time.Duration {
	return time.Duration(c.hello.PingInterval+c.hello.PingTimeout) * time.Millisecond
}

// Write implements [transport.Conn].
func (c *Client) Write(messages ...transport.Message) error {
	select {
	case <-c.done:
		return c.end(gateway.ConnectionLost)
	default:
	}
	packets := make([]transport.Message, len(messages))
	for i, m := range messages {
		packets[i] = inPacket(m)
	}
	c.send(packets...)
	return nil
}

// send leaves packets to flush.
func (c *Client) send(packets ...transport.Message) {
	c.mu.Lock()
	c.waiting = append(c.waiting, packets...)
	c.mu.Unlock()
	c.signal()
}

func (c *Client) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// flush sends what waits, batch by batch, with whatever transport carries the session at the time.
func (c *Client) flush() {
	for {
		select {
		case <-c.wake:
		case <-c.done:
			return
		}
		c.sending.Lock()
		c.mu.Lock()
		conn, batch, leaving := c.conn, c.waiting, c.leaving
		c.waiting = nil
		c.mu.Unlock()
		if len(batch) > 0 {
			for _, m := range batch {
				c.show(true, m.Data)
			}
			_ = conn.Write(batch...) // else Read says why not
		}
		if leaving != nil {
			_ = conn.Close(leaving.Code, leaving.Reason)
			c.end(*leaving)
		}
		c.sending.Unlock()
		if leaving != nil { // said once: there is no session any more
			return
		}
	}
}

// Close implements [transport.Conn]: after all that was written the server is told. A session has no code and
// no reason for its end, only a WebSocket has.
func (c *Client) Close(code int, reason string) error {
	why := gateway.Disconnect{Code: code, Reason: reason}
	if code == gateway.ConnectionLost.Code {
		c.cut(gateway.ConnectionLost)
		return nil
	}
	c.mu.Lock()
	c.leaving = &why
	c.mu.Unlock()
	if p, polls := c.current().(*poll); polls {
		p.last() // a poll that came after the goodbye would ask for a session that is gone
	}
	c.signal()
	late := time.AfterFunc(closeTimeout, func() { c.cut(why) })
	defer late.Stop()
	<-c.done
	return nil
}

// cut ends the session without a word.
func (c *Client) cut(why gateway.Disconnect) gateway.Disconnect {
	why = c.end(why)
	_ = c.current().Close(gateway.ConnectionLost.Code, "")
	return why
}

// end ends the session, and returns the first reason for it.
func (c *Client) end(why gateway.Disconnect) gateway.Disconnect {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why == nil {
		c.why = &why
		close(c.done)
		c.beat.Stop()
	}
	return *c.why
}
