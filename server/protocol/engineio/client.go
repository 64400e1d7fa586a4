package engineio

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"
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

// open begins a session with the first transport, and goes on to the next if there is one.
func (c *Client) open(ctx context.Context) error {
	if len(c.o.Transports) > 0 && c.o.Transports[0] == Polling {
		return c.openPolling(ctx)
	}
	conn, err := c.o.WebSocket(ctx, c.at("ws", WebSocket))
	if err != nil {
		return err
	}
	c.begin(conn)
	p, err := c.receive(ctx, conn)
	if err == nil {
		err = c.greeted(p)
	}
	if err != nil {
		_ = conn.Close(gateway.ConnectionLost.Code, "")
	}
	return err
}

func (c *Client) openPolling(ctx context.Context) error {
	p := newPoll(c.request, c.show)
	packets, err := p.fetch(ctx)
	if err != nil {
		return err
	}
	if err := c.greeted(packets[0]); err != nil {
		return err
	}
	c.begin(p)
	p.max = c.hello.MaxPayload
	go p.run(packets[1:])
	if slices.Contains(c.o.Transports, WebSocket) && slices.Contains(c.hello.Upgrades, WebSocket) {
		go c.upgrade(p)
	}
	return nil
}

// greeted takes the packet with which a session begins.
func (c *Client) greeted(p Packet) error {
	if p.Type != Open || json.Unmarshal(p.Data, &c.hello) != nil || c.hello.SID == "" {
		return fmt.Errorf("engineio: the server began with %q; this is no Engine.IO", p.Append(nil))
	}
	return nil
}

// at is the session's address for a transport. It is put together by hand: net/url's parser is a hundredth of the
// page's program.
func (c *Client) at(scheme, transport string) string {
	before, rest, _ := strings.Cut(c.address, "://")
	if before == "wss" || before == "https" {
		scheme += "s"
	}
	more := "?"
	if strings.Contains(rest, "?") {
		more = "&"
	}
	address := scheme + "://" + rest + more + "EIO=4&transport=" + transport
	if c.hello.SID != "" {
		address += "&sid=" + url.QueryEscape(c.hello.SID)
	}
	return address
}

// request makes a request of the session. An answer that is a refusal is an error.
func (c *Client) request(ctx context.Context, method string, body []byte) ([]byte, error) {
	status, answer, err := c.o.Request(ctx, method, c.at("http", Polling), body)
	if err != nil {
		return nil, err
	}
	if status != 200 {
		refusal := struct{ Message string }{string(answer)}
		_ = json.Unmarshal(answer, &refusal) // else it is no JSON, and is the message
		return nil, gateway.Disconnect{Code: status, Reason: strings.TrimSpace(refusal.Message)}
	}
	return answer, nil
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

// Read implements [transport.Conn]: it waits for the server's next message.
func (c *Client) Read(ctx context.Context) (transport.Message, error) {
	for {
		conn := c.current()
		p, err := c.receive(ctx, conn)
		switch {
		case errors.Is(err, ErrPacket):
			return transport.Message{}, c.cut(ParseError)
		case err != nil && c.left(conn):
		case err != nil:
			return transport.Message{}, c.end(gateway.AsDisconnect(err))
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
	}
}

// Close implements [transport.Conn]: after all that was written the server is told. A session has no code and
// no reason for its end, only a WebSocket has.
func (c *Client) Close(code int, reason string) error {
	why := gateway.Disconnect{Code: code, Reason: reason}
	if code == gateway.ConnectionLost.Code {
		c.cut(why)
		return nil
	}
	c.mu.Lock()
	c.leaving = &why
	c.mu.Unlock()
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

// upgrade has a WebSocket take over from a poll: see [Session.Upgrade] for what is said. One that fails leaves
// the session as it was.
func (c *Client) upgrade(from *poll) {
	ctx, cancel := context.WithTimeout(context.Background(), upgradeTimeout)
	defer cancel()
	conn, err := c.o.WebSocket(ctx, c.at("ws", WebSocket))
	if err != nil {
		return
	}
	if !c.probe(ctx, conn) {
		_ = conn.Close(gateway.ConnectionLost.Code, "")
		return
	}
	c.sending.Lock() // what is written from now on waits
	defer c.sending.Unlock()
	c.depart()
	from.rest()
	last := Packet{Type: Upgrade}.Append(nil)
	c.show(true, last)
	_ = conn.Write(transport.Message{Data: last}) // else the next Read says why not
	c.arrive(conn)
	select {
	case <-c.done: // meanwhile
		_ = conn.Close(gateway.ConnectionLost.Code, "")
	default:
	}
}

// probe asks whether the server is at the other end of conn.
func (c *Client) probe(ctx context.Context, conn transport.Conn) bool {
	ask := Packet{Type: Ping, Data: []byte("probe")}.Append(nil)
	c.show(true, ask)
	if conn.Write(transport.Message{Data: ask}) != nil {
		return false
	}
	p, err := c.receive(ctx, conn)
	return err == nil && p.Type == Pong && string(p.Data) == "probe"
}
