package browser

import (
	"context"
	"errors"
	"sync"
	"syscall/js"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// conn is one WebSocket of the browser.
type conn struct {
	ws    js.Value
	funcs []js.Func
	wake  chan struct{} // capacity 1: there is something to read
	ended chan struct{}

	mu     sync.Mutex
	queue  []transport.Message
	closed bool
	lost   bool // this side cut the connection
	why    gateway.Disconnect
}

var _ transport.Conn = (*conn)(nil)

// Dial opens a WebSocket and waits until it is open. A browser does not tell a page why a handshake
// was refused: every refusal is [gateway.ConnectionLost].
func Dial(ctx context.Context, url string, subprotocols []string) (transport.Conn, error) {
	c := &conn{wake: make(chan struct{}, 1), ended: make(chan struct{})}
	opened := make(chan struct{})
	if err := c.construct(url, subprotocols); err != nil {
		return nil, err
	}
	c.ws.Set("binaryType", "arraybuffer")
	c.listen("open", func(js.Value) { close(opened) })
	c.listen("message", c.received)
	c.listen("close", c.finish)
	select {
	case <-opened:
		return c, nil
	case <-c.ended:
		return nil, c.why
	case <-ctx.Done():
		_ = c.Close(gateway.ClientLeft.Code, "")
		return nil, context.Cause(ctx)
	}
}

// construct turns the exception of a malformed address into an error.
func (c *conn) construct(url string, subprotocols []string) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = errors.New("browser: no WebSocket at " + url)
			if e, ok := v.(js.Error); ok {
				err = e
			}
		}
	}()
	offered := make([]any, len(subprotocols))
	for i, p := range subprotocols {
		offered[i] = p
	}
	c.ws = js.Global().Get("WebSocket").New(url, js.ValueOf(offered))
	return nil
}

func (c *conn) listen(event string, fn func(js.Value)) {
	f := js.FuncOf(func(_ js.Value, args []js.Value) any {
		fn(args[0])
		return nil
	})
	c.funcs = append(c.funcs, f)
	c.ws.Call("addEventListener", event, f)
}

func (c *conn) received(event js.Value) {
	data := event.Get("data")
	var m transport.Message
	if data.Type() == js.TypeString {
		m.Data = []byte(data.String())
	} else {
		bytes := js.Global().Get("Uint8Array").New(data)
		m.Binary, m.Data = true, make([]byte, bytes.Length())
		js.CopyBytesToGo(m.Data, bytes)
	}
	c.mu.Lock()
	c.queue = append(c.queue, m)
	c.mu.Unlock()
	c.signal()
}

// finish hears the close event, the last one of a WebSocket.
func (c *conn) finish(event js.Value) {
	c.mu.Lock()
	c.closed = true
	c.why = gateway.Disconnect{Code: event.Get("code").Int(), Reason: event.Get("reason").String()}
	if c.lost || c.why.Code == gateway.ConnectionLost.Code {
		c.why = gateway.ConnectionLost
	}
	c.mu.Unlock()
	close(c.ended)
	c.signal()
	for _, f := range c.funcs {
		f.Release()
	}
}

func (c *conn) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

// Read implements [transport.Conn]. What came before the close event is read before it.
func (c *conn) Read(ctx context.Context) (transport.Message, error) {
	for {
		m, ok, err := c.next()
		if ok || err != nil {
			return m, err
		}
		select {
		case <-c.wake:
		case <-ctx.Done():
			return transport.Message{}, context.Cause(ctx)
		}
	}
}

func (c *conn) next() (m transport.Message, ok bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) > 0 {
		m, c.queue = c.queue[0], c.queue[1:]
		return m, true, nil
	}
	if c.closed {
		c.signal() // for the next Read
		return m, false, c.why
	}
	return m, false, nil
}

// Write implements [transport.Conn]. The browser queues; nothing waits for the network.
func (c *conn) Write(messages ...transport.Message) error {
	c.mu.Lock()
	closed, why := c.closed, c.why
	c.mu.Unlock()
	if closed {
		return why
	}
	for _, m := range messages {
		if !m.Binary {
			c.ws.Call("send", string(m.Data))
			continue
		}
		bytes := js.Global().Get("Uint8Array").New(len(m.Data))
		js.CopyBytesToJS(bytes, m.Data)
		c.ws.Call("send", bytes)
	}
	return nil
}

// Close implements [transport.Conn]. A page may send 1000 and 3000 to 4999; other codes close without
// one, which the server hears as "client left". A page cannot cut a connection: 1006 closes it, too,
// and only its own reader is told of a lost connection.
func (c *conn) Close(code int, reason string) error {
	if code == 1000 || code >= 3000 && code <= 4999 {
		c.ws.Call("close", code, reason)
		return nil
	}
	if code == gateway.ConnectionLost.Code {
		c.mu.Lock()
		c.lost = true
		c.mu.Unlock()
	}
	c.ws.Call("close")
	return nil
}
