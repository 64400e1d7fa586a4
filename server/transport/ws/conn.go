// Package ws carries messages over WebSockets (RFC 6455) on github.com/coder/websocket.
//
// The library does the handshake, reads, unmasks, and answers pings and closes. What a server sends
// goes beside it: frames to a client are not masked, so they are headers and shared bytes, and all
// messages of one Write leave in one system call.
//
// # Where the memory of an idle connection goes
//
// On Linux, with 10,000 connections to a gateway, 13 to 15 KiB each are resident. 4 KiB are the stack of
// the one goroutine, which waits for data as shallowly as it can. 5.4 KiB are on the heap: 1.4 KiB the library's
// Conn, with five channels for its locks; 1.3 KiB contexts, of the request and of the socket; 0.5 KiB the
// gateway's Socket; 0.5 KiB ours, with the buffers of 16 and 128 bytes that the library needs; the rest the
// network's descriptor, addresses, the timer of the heartbeat and what the caller keeps. What is left is the
// room that the garbage collector leaves between two runs: GOGC=50 saves 0.7 KiB of it.
//
// What is not there any more: net/http's goroutine and its buffers ([Detach]), a buffer for reading while
// there is nothing to read, and any buffer or goroutine for writing.
package ws

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/coder/websocket"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// conn is a server's or a native client's WebSocket.
type conn struct {
	ws        *websocket.Conn
	raw       *frameConn // nil at a client, whose frames the library masks
	readLimit int64

	mu   sync.Mutex
	beat *time.Timer         // the next ping
	why  *gateway.Disconnect // set where this side knows better than a read error why it ended
}

var _ transport.Conn = (*conn)(nil)

// Read implements [transport.Conn]. What breaks RFC 6455 is a [gateway.ProtocolError], text that is
// not UTF-8 [gateway.InvalidText], a message over the limit [gateway.TooBig].
func (c *conn) Read(ctx context.Context) (transport.Message, error) {
	if ctx.Done() == nil && c.quiet() { // it waits here and not in the library, since a stack stays as large as it ever was
		if err := c.raw.await(); err != nil {
			return transport.Message{}, c.ended(err)
		}
	}
	kind, r, err := c.ws.Reader(ctx)
	if err != nil {
		return transport.Message{}, c.ended(err)
	}
	data, err := readAll(io.LimitReader(r, c.readLimit+1))
	switch {
	case err != nil:
		return transport.Message{}, c.ended(err)
	case int64(len(data)) > c.readLimit:
		return transport.Message{}, gateway.TooBig
	case kind == websocket.MessageText && !utf8.Valid(data): // the library leaves this to its users
		return transport.Message{}, gateway.InvalidText
	}
	return transport.Message{Binary: kind == websocket.MessageBinary, Data: data}, nil
}

// readAll reads a message. It is as long as it is, and not the 512 bytes or more that [io.ReadAll] begins with: a
// payload may be kept for long.
func readAll(r io.Reader) ([]byte, error) {
	b := whole.Get().(*bytes.Buffer)
	_, err := b.ReadFrom(r)
	data := bytes.Clone(b.Bytes())
	if b.Cap() <= maxWhole {
		b.Reset()
		whole.Put(b)
	}
	return data, err
}

var whole = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// maxWhole is how large a buffer may have become that is used again, in bytes.
const maxWhole = 64 << 10

// quiet reports whether there is nothing to read. Once the connection closes only the library knows, which then
// reads by itself.
func (c *conn) quiet() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.raw != nil && c.why == nil && c.raw.quiet()
}

// ended says why reading failed.
func (c *conn) ended(err error) gateway.Disconnect {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why != nil {
		return *c.why
	}
	var frame websocket.CloseError
	var network net.Error
	switch {
	case errors.As(err, &frame):
		return gateway.Disconnect{Code: int(frame.Code), Reason: frame.Reason}
	case errors.As(err, &network), errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.ErrClosedPipe),
		errors.Is(err, net.ErrClosed), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return gateway.ConnectionLost
	}
	return gateway.ProtocolError // neither the peer's word nor the network's: the frames were wrong
}

// Write implements [transport.Conn].
func (c *conn) Write(messages ...transport.Message) error {
	if c.raw != nil {
		return c.raw.write(joinFrames(messages))
	}
	for _, m := range messages {
		kind := websocket.MessageText
		if m.Binary {
			kind = websocket.MessageBinary
		}
		if err := c.ws.Write(context.Background(), kind, m.Data); err != nil {
			return err
		}
	}
	return nil
}

// Begin implements [transport.Prompt].
func (c *conn) Begin(b *transport.Batch) (rest func() error, err error) {
	if c.raw != nil {
		return c.raw.begin(b.Bytes(joinFrames))
	}
	return func() error { return c.Write(b.Messages...) }, nil
}

// closeTimeout bounds a closing handshake with a peer that stalls.
const closeTimeout = 10 * time.Second

// Close implements [transport.Conn]. It waits some seconds for the other side.
func (c *conn) Close(code int, reason string) error {
	why := gateway.Disconnect{Code: code, Reason: reason}
	c.mu.Lock()
	if c.beat != nil {
		c.beat.Stop()
	}
	if c.why == nil {
		c.why = &why
	}
	c.mu.Unlock()
	switch {
	case code == gateway.ConnectionLost.Code:
		return c.ws.CloseNow()
	case why == gateway.PingTimeout: // and no other 1008
		c.abandon(why)
		return nil
	}
	if c.raw != nil { // the library waits for a peer's answer, but not only 5 s for the rest of a frame
		_ = c.raw.SetDeadline(time.Now().Add(closeTimeout))
	}
	return c.ws.Close(websocket.StatusCode(code), reason)
}

// heartbeat pings the other side every interval and ends the connection with [gateway.PingTimeout]
// when no pong comes within timeout. Between two pings it is a timer, not a goroutine.
func (c *conn) heartbeat(interval, timeout time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.why != nil {
		return
	}
	c.beat = time.AfterFunc(interval, func() {
		ctx, cancel := context.WithTimeout(context.Background(), timeout)
		defer cancel()
		if err := c.ws.Ping(ctx); err == nil {
			c.heartbeat(interval, timeout)
		} else if ctx.Err() != nil {
			c.abandon(gateway.PingTimeout)
		}
	})
}

// abandon ends the connection without waiting for a peer that is probably gone.
func (c *conn) abandon(why gateway.Disconnect) {
	c.mu.Lock()
	if c.why == nil {
		c.why = &why
	}
	c.mu.Unlock()
	if c.raw != nil {
		c.raw.writeClose(why)
	}
	_ = c.ws.CloseNow()
}
