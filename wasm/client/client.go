// Package client is the lab's typed client: the same program speaks to a gateway natively and, as
// WebAssembly, from a page.
//
//	c, err := client.Dial(ctx, "ws://127.0.0.1:8080/ws", client.Options{Auth: token})
//	client.Listen(c, Said, func(m Message) { fmt.Println(m.From, m.Text) })
//	go c.Run()
//	err = Say.Emit(c, Line{Text: "hello"})
//
// It speaks the raw format of [wslab/server/protocol/jsonevent], or Socket.IO. Natively it dials with
// coder/websocket and net/http; in a browser with the browser's own WebSocket and fetch.
package client

import (
	"context"
	"encoding/json"
	"errors"
	"strconv"
	"sync"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
)

// Options configure a client. The zero Options present nothing.
type Options struct {
	// SocketIO names the transports of a client of Socket.IO, in the order in which one takes over from the
	// other: "polling", "websocket". Nil speaks the raw format over a WebSocket.
	SocketIO []string
	// Auth is sent as the first message, {"event":"auth","data":Auth}, or with the connect packet of
	// Socket.IO. Nil sends none.
	Auth any
	// Resume is what [Client.Session] said of a client whose connection was lost. It is presented beside Auth, which
	// must be an object: any of the servers that share the gateway then lets the client go on where it was.
	Resume Session
	// Subprotocols are offered in the handshake, such as "wslab" and "bearer.TOKEN". Socket.IO has none.
	Subprotocols []string
	// Trace, which may be nil, sees every message as it stands on the wire, one at a time. Of Socket.IO it
	// sees the packets of Engine.IO, also those that polling carries.
	Trace func(toServer bool, message []byte)
}

// Client is one connection to a gateway. It is a [gateway.Emitter] that reaches the server. Its
// methods may be called from any goroutine.
type Client struct {
	line line
	open opened
	done chan struct{}
	why  gateway.Disconnect // read after done

	mu      sync.Mutex
	listen  map[string]func(*gateway.Packet)
	asked   uint64
	answers map[uint64]chan *gateway.Packet
	offset  uint64 // of the last broadcast
}

// A Session is what a client presents that comes back. The zero Session resumes nothing.
type Session struct {
	PID    string `json:"pid,omitempty"`    // a secret
	Offset string `json:"offset,omitempty"` // of the last broadcast that it has heard
}

// opened is what the server has told the client of its socket.
type opened struct {
	id, pid   string
	recovered bool
}

var _ gateway.Emitter = (*Client)(nil)

// A line is a connection with the protocol that is spoken on it.
type line interface {
	open(ctx context.Context, auth json.RawMessage, resume Session) (opened, error)
	read(ctx context.Context) (*gateway.Packet, error)
	send(p *gateway.Packet) error
	sendText(message string) error
	Close(code int, reason string) error
}

// Dial connects to a gateway and waits until the server says that the socket is open. A refusal is a
// [gateway.Disconnect]. Nothing is delivered before [Client.Run], so listeners can be added first.
func Dial(ctx context.Context, url string, o Options) (*Client, error) {
	if o.SocketIO != nil {
		session, err := engineio.Dial(ctx, url, engineio.DialOptions{Network: network, Transports: o.SocketIO, Trace: o.shown()})
		if err != nil {
			return nil, err
		}
		return open(ctx, &socketIO{session: session}, o)
	}
	conn, err := dial(ctx, url, o.Subprotocols)
	if err != nil {
		return nil, err
	}
	return Open(ctx, conn, o)
}

// Open is Dial over a connection that exists already, such as one end of a [transport.Pipe], and that speaks
// the raw format.
func Open(ctx context.Context, conn transport.Conn, o Options) (*Client, error) {
	return open(ctx, &raw{conn: conn, trace: o.shown()}, o)
}

func open(ctx context.Context, l line, o Options) (*Client, error) {
	c := &Client{line: l, done: make(chan struct{}), listen: make(map[string]func(*gateway.Packet)), answers: make(map[uint64]chan *gateway.Packet)}
	auth, err := o.presents()
	if err == nil {
		c.open, err = l.open(ctx, auth, o.Resume)
	}
	if err != nil {
		_ = l.Close(gateway.ClientLeft.Code, "")
		return nil, err
	}
	if c.open.recovered { // it may be lost again before it hears anything
		c.offset, _ = strconv.ParseUint(o.Resume.Offset, 10, 64)
	}
	return c, nil
}

// presents is what the client authenticates with.
func (o Options) presents() (auth json.RawMessage, err error) {
	if o.Auth != nil {
		auth, err = json.Marshal(o.Auth)
	}
	if err != nil || o.Resume.PID == "" {
		return auth, err
	}
	all := make(map[string]any)
	if err := json.Unmarshal(auth, &all); auth != nil && err != nil {
		return nil, errors.New("client: who resumes presents an object")
	}
	all["pid"], all["offset"] = o.Resume.PID, o.Resume.Offset
	return json.Marshal(all)
}

// shown is the options' trace, one message at a time.
func (o Options) shown() func(toServer bool, message []byte) {
	if o.Trace == nil {
		return func(bool, []byte) {}
	}
	var one sync.Mutex
	return func(toServer bool, message []byte) {
		one.Lock()
		defer one.Unlock()
		o.Trace(toServer, message)
	}
}

// ID returns the id of the client's socket.
func (c *Client) ID() string { return c.open.id }

// Recovered reports whether the server let the client go on where it was: its id is the same, and it hears what it
// has missed.
func (c *Client) Recovered() bool { return c.open.recovered }

// Session returns what the client presents to come back, the zero Session where the server lets nobody.
func (c *Client) Session() Session {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := Session{PID: c.open.pid}
	if c.offset > 0 {
		s.Offset = strconv.FormatUint(c.offset, 10)
	}
	return s
}

// Listen calls fn with the payload of every event of that name, in order, from the goroutine of
// [Client.Run]. A second Listen to the same event replaces the first. fn must not [Call]: the answer
// could not be read.
func Listen[T any](c *Client, event gateway.Event[T], fn func(T)) {
	c.on(string(event), func(p *gateway.Packet) {
		if data, err := gateway.Decode[T](p.Data); err == nil { // else Trace has shown it
			fn(data)
		}
	})
}

// Answer answers every request of the server of that name with what fn returns.
func Answer[In, Out any](c *Client, request gateway.Request[In, Out], fn func(In) (Out, error)) {
	c.on(string(request), func(p *gateway.Packet) {
		in, err := gateway.Decode[In](p.Data)
		var out Out
		if err == nil {
			out, err = fn(in)
		}
		if p.Kind == gateway.KindRequest {
			_ = c.line.send(answer(p.ID, out, err))
		}
	})
}

func answer(id uint64, out any, err error) *gateway.Packet {
	p := &gateway.Packet{Kind: gateway.KindAck, ID: id}
	var refusal *gateway.Error
	if err == nil {
		p.Data, err = json.Marshal(out)
	}
	switch {
	case err == nil:
	case errors.As(err, &refusal):
		p.Err = refusal
	default:
		p.Err = &gateway.Error{Code: "internal", Message: err.Error()}
	}
	return p
}

func (c *Client) on(event string, fn func(*gateway.Packet)) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.listen[event] = fn
}

// Emit sends an event to the server.
func (c *Client) Emit(event string, data any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return c.line.send(&gateway.Packet{Event: event, Payload: gateway.Payload{Data: raw}})
}

// Call sends a request and waits for its answer until ctx ends. A refusal is a [*gateway.Error]; a
// connection that ends first is a [gateway.Disconnect]. Socket.IO has no answer for a refusal: the server emits an
// exception, and the call waits on.
func Call[In, Out any](ctx context.Context, c *Client, request gateway.Request[In, Out], in In) (out Out, err error) {
	raw, err := json.Marshal(in)
	if err != nil {
		return out, err
	}
	p, err := c.call(ctx, string(request), raw)
	switch {
	case err != nil:
		return out, err
	case p.Err != nil:
		return out, p.Err
	}
	return gateway.Decode[Out](p.Data)
}

func (c *Client) call(ctx context.Context, event string, data json.RawMessage) (*gateway.Packet, error) {
	reply := make(chan *gateway.Packet, 1)
	c.mu.Lock()
	c.asked++
	id := c.asked
	c.answers[id] = reply
	c.mu.Unlock()
	defer func() {
		c.mu.Lock()
		delete(c.answers, id)
		c.mu.Unlock()
	}()
	if err := c.line.send(&gateway.Packet{Kind: gateway.KindRequest, Event: event, ID: id, Payload: gateway.Payload{Data: data}}); err != nil {
		return nil, err
	}
	select {
	case p := <-reply:
		return p, nil
	case <-c.done:
		return nil, c.why
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
}

// SendText sends a message as it is, also one that is no envelope. In Socket.IO it is what a message packet of
// Engine.IO carries.
func (c *Client) SendText(message string) error { return c.line.sendText(message) }

// Run delivers what the server sends to the listeners until the connection ends, and returns why. It
// is called once.
func (c *Client) Run() gateway.Disconnect {
	for {
		p, err := c.line.read(context.Background())
		if err != nil {
			c.why = gateway.AsDisconnect(err)
			close(c.done)
			return c.why
		}
		c.deliver(p)
	}
}

// Done is closed when Run has returned.
func (c *Client) Done() <-chan struct{} { return c.done }

func (c *Client) deliver(p *gateway.Packet) {
	c.mu.Lock()
	reply, waited := c.answers[p.ID]
	fn := c.listen[p.Event]
	c.offset = max(c.offset, p.Offset)
	c.mu.Unlock()
	switch {
	case p.Kind == gateway.KindAck && waited:
		reply <- p
	case p.Kind != gateway.KindAck && fn != nil:
		fn(p)
	}
}

// Close leaves and says so.
func (c *Client) Close() error { return c.line.Close(gateway.ClientLeft.Code, "") }

// Polls reports whether requests carry the connection now, and no WebSocket.
func (c *Client) Polls() bool {
	s, speaks := c.line.(*socketIO)
	return speaks && s.session.Transport() == engineio.Polling
}

// Lose cuts the connection without a word, as far as the platform can.
func (c *Client) Lose() error { return c.line.Close(gateway.ConnectionLost.Code, "") }
