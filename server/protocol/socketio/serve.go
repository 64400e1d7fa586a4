package socketio

import (
	"cmp"
	"context"
	"encoding/json"
	"sync"
	"time"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
)

// ConnectTimeout is how long a client may be in no namespace, unless the options say otherwise.
const ConnectTimeout = 5 * time.Second

// Options configure [Serve].
type Options struct {
	// Namespaces returns the host of a namespace, or false where there is none of that name.
	Namespaces func(name string) (gateway.Host, bool)
	// Joined, which may be nil, is called when a namespace has let the client in for the first time.
	Joined func()
	// ConnectTimeout is how long a client may be in no namespace; 0 is [ConnectTimeout].
	ConnectTimeout time.Duration
	// Codec reads and writes packets in place of this package; nil is this package.
	Codec Codec
	// MaxPacket is how long a packet may be with all its attachments, in bytes; 0 is 1,000,000.
	MaxPacket int
}

// Serve runs a client's sockets in all namespaces that it joins, until its session or ctx ends, and says why it
// did. The client came with the handshake; each namespace it joins with the auth object for that one.
//
// A client that breaks the protocol loses its session, as with the reference. Otherwise than there, what it
// sends to a namespace that has just thrown it out is no offence: it may not have heard yet.
func Serve(ctx context.Context, session *engineio.Session, h gateway.Handshake, o Options) gateway.Disconnect {
	o.ConnectTimeout = cmp.Or(o.ConnectTimeout, ConnectTimeout)
	o.MaxPacket = cmp.Or(o.MaxPacket, 1_000_000)
	c := &client{
		session: session, handshake: h, o: o, links: make(map[string]*link),
	}
	c.decoder.codec = o.Codec
	c.idle = time.AfterFunc(o.ConnectTimeout, func() {
		_ = session.Close(gateway.Unauthorized.Code, gateway.Unauthorized.Reason)
	})
	defer c.idle.Stop()
	defer context.AfterFunc(ctx, func() { c.stop(ctx) })()
	why := c.read(ctx)
	c.mu.Lock()
	for _, l := range c.links {
		l.left(why)
	}
	c.mu.Unlock()
	_ = session.Close(why.Code, why.Reason)
	c.serving.Wait()
	return why
}

// stop ends the session of a client that the server is done with, once all its sockets have been told.
func (c *client) stop(ctx context.Context) {
	c.mu.Lock()
	told := len(c.links) == 0
	c.mu.Unlock()
	if told && ctx.Err() != nil {
		why := gateway.AsDisconnect(context.Cause(ctx))
		_ = c.session.Close(why.Code, why.Reason)
	}
}

// A client is one session and its sockets.
type client struct {
	session   *engineio.Session
	handshake gateway.Handshake
	o         Options
	decoder   Decoder
	size      int // of the packet that is being received
	idle      *time.Timer
	joined    sync.Once
	serving   sync.WaitGroup

	mu       sync.Mutex
	links    map[string]*link
	thrown   map[string]bool // out of namespaces, which they may not know yet; nil where they never were
	refusals []*Packet       // to namespaces that there are not, the one that is being sent included
}

// read takes packets until the session ends.
func (c *client) read(ctx context.Context) gateway.Disconnect {
	for {
		m, err := c.session.Read(context.Background()) // Close ends it
		if err != nil {
			return gateway.AsDisconnect(err)
		}
		p, err := c.decode(m)
		if err == nil && p != nil {
			err = c.take(ctx, p)
		}
		if err != nil {
			return gateway.AsDisconnect(err)
		}
	}
}

// decode returns the packet that a message completes, if any.
func (c *client) decode(m transport.Message) (p *Packet, err error) {
	if c.size += len(m.Data); c.size > c.o.MaxPacket {
		return nil, gateway.Disconnect{Code: gateway.TooBig.Code, Reason: engineio.TransportError.Reason}
	}
	if m.Binary {
		p, err = c.decoder.Binary(m.Data)
	} else {
		p, err = c.decoder.Text(m.Data)
	}
	if err != nil {
		return nil, forced
	}
	if p != nil {
		c.size = 0
	}
	return p, nil
}

// take does what a packet says.
func (c *client) take(ctx context.Context, p *Packet) error {
	c.mu.Lock()
	l, open := c.links[p.Namespace], false
	if l != nil {
		open = l.open
	}
	thrown := c.thrown[p.Namespace]
	c.mu.Unlock()
	switch {
	case p.Type == Connect && l == nil:
		return c.connect(ctx, p)
	case !open && thrown && p.Type != Connect && p.Type != ConnectError:
		return nil
	case !open, p.Type == Connect, p.Type == ConnectError:
		return forced
	case p.Type == Disconnect:
		l.left(clientLeft)
		c.forget(l)
		return nil
	}
	in, err := p.Incoming()
	if err != nil {
		return forced
	}
	l.push(in)
	return nil
}

// connect lets the client into a namespace, or tells it why not.
func (c *client) connect(ctx context.Context, p *Packet) error {
	host, known := c.o.Namespaces(p.Namespace)
	if !known {
		return c.refuse(refusal(p.Namespace, "Invalid namespace"))
	}
	l := newLink(c, p.Namespace)
	c.mu.Lock()
	c.links[p.Namespace] = l
	delete(c.thrown, p.Namespace)
	c.mu.Unlock()
	c.serving.Go(func() { c.join(ctx, host, l, p.Data) })
	return nil
}

// join lets the client's socket into one namespace. It is served on a fresh goroutine: the stack of this one has grown
// with what authenticates, and would stay as large as long as the socket lives.
func (c *client) join(ctx context.Context, host gateway.Host, l *link, auth json.RawMessage) {
	h := c.handshake
	h.Auth = auth
	user, err := c.authenticate(ctx, host, h)
	if err != nil {
		c.mu.Lock()
		delete(c.links, l.format.Namespace)
		c.mu.Unlock()
		_ = c.send(refusal(l.format.Namespace, gateway.AsDisconnect(err).Reason)) // the client may have left
		return
	}
	c.idle.Stop()
	if c.o.Joined != nil {
		c.joined.Do(c.o.Joined)
	}
	c.serving.Go(func() {
		host.Serve(ctx, l, user)
		c.forget(l)
		c.stop(ctx)
	})
}

// authenticate asks the host who the client is, in good time.
func (c *client) authenticate(ctx context.Context, host gateway.Host, h gateway.Handshake) (gateway.User, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, c.o.ConnectTimeout, gateway.TryAgainLater)
	defer cancel()
	return host.Authenticate(ctx, h)
}

// forget takes a link away that was open. A client that is in no namespace any more has some time to join one.
func (c *client) forget(l *link) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.links[l.format.Namespace] != l {
		return
	}
	delete(c.links, l.format.Namespace)
	select {
	case <-l.gone:
	default:
		if c.thrown == nil {
			c.thrown = make(map[string]bool)
		}
		c.thrown[l.format.Namespace] = true
	}
	if len(c.links) == 0 {
		c.idle.Reset(c.o.ConnectTimeout)
	}
}

// maxRefusals is how many refusals may wait for a client that does not listen.
const maxRefusals = 16

// refuse sends a refusal on a goroutine of its own: reading must not wait until a client that polls has fetched it.
func (c *client) refuse(p *Packet) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.refusals) > maxRefusals { // it asks and asks, and does not listen
		return forced
	}
	c.refusals = append(c.refusals, p)
	if len(c.refusals) == 1 {
		c.serving.Go(c.sayNo)
	}
	return nil
}

// sayNo sends refusals as long as there are any.
func (c *client) sayNo() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.refusals) > 0 {
		p := c.refusals[0]
		c.mu.Unlock()
		_ = c.send(p) // the session may have ended
		c.mu.Lock()
		c.refusals = c.refusals[1:]
	}
	c.refusals = nil
}

func refusal(namespace, why string) *Packet {
	raw, err := gateway.Encode(map[string]string{"message": why})
	if err != nil { // strings always encode
		panic(err)
	}
	return &Packet{Type: ConnectError, Namespace: namespace, Data: raw}
}

func (c *client) send(p *Packet) error {
	text, err := c.encode(p)
	if err != nil {
		return err
	}
	return c.session.Send(transport.Message{Data: text})
}

// encode writes a packet with the codec, as a message of Engine.IO.
func (c *client) encode(p *Packet) ([]byte, error) {
	b := []byte{byte(engineio.Message)}
	if c.o.Codec == nil {
		return p.Append(b), nil
	}
	text, err := c.o.Codec.Encode(p)
	return append(b, text...), err
}

// A Codec reads and writes packets but for their attachments.
type Codec interface {
	Encode(p *Packet) (text string, err error)
	// Decode also says how many attachments are due. Whether the payload fits the type is checked after it.
	Decode(text string) (p *Packet, due int, err error)
}
