package gatewaytest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"testing"
	"testing/synctest"
	"time"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
)

// patience is how long a client waits for an event, in fake time.
const patience = 30 * time.Second

// Client is the far end of one socket.
type Client struct {
	t     *testing.T
	conn  transport.Conn
	done  chan struct{} // closed when the server is done with the socket
	id    string
	ended gateway.Disconnect // set where the client was refused
	asked uint64

	pid       string // with which it can come back
	recovered bool
	offset    uint64 // of the last broadcast
}

// ID returns the id that the server gave the client's socket, "" where it was refused.
func (c *Client) ID() string { return c.id }

// PID returns the secret with which the client can come back to any server of several, and Offset that of the last
// broadcast that it has heard, as it presents them.
func (c *Client) PID() string    { return c.pid }
func (c *Client) Offset() string { return strconv.FormatUint(c.offset, 10) }

// Recovered reports whether the server has let the client go on where it was.
func (c *Client) Recovered() bool { return c.recovered }

// Close leaves, as a closed browser tab does, and waits until the server has noticed.
func (c *Client) Close() { c.end(1000, "") }

// Lose cuts the connection without a word, as a train in a tunnel does, and waits until the server has noticed.
func (c *Client) Lose() { c.end(gateway.ConnectionLost.Code, "") }

func (c *Client) end(code int, reason string) {
	_ = c.conn.Close(code, reason)
	<-c.done
}

// Emit sends an event to the server.
func Emit[T any](c *Client, event gateway.Event[T], data T) {
	c.t.Helper()
	c.write(&gateway.Packet{Event: string(event), Payload: gateway.Payload{Data: c.marshal(data)}})
}

// SendText sends a message as it is, also one that is no envelope.
func (c *Client) SendText(message string) {
	c.t.Helper()
	if err := c.conn.Write(transport.Message{Data: []byte(message)}); err != nil {
		c.t.Fatalf("sending %s: the connection has ended: %v", message, err)
	}
}

// Call sends a request and waits for its answer, which must be the next thing that comes.
func Call[In, Out any](c *Client, request gateway.Request[In, Out], in In) (Out, *gateway.Error) {
	c.t.Helper()
	return Begin(c, request, in)()
}

// Begin sends a request and returns a function that waits for its answer, which must be the next thing that comes
// then.
func Begin[In, Out any](c *Client, request gateway.Request[In, Out], in In) (answer func() (Out, *gateway.Error)) {
	c.t.Helper()
	c.asked++
	id := c.asked
	c.write(&gateway.Packet{Kind: gateway.KindRequest, Event: string(request), ID: id, Payload: gateway.Payload{Data: c.marshal(in)}})
	return func() (out Out, refusal *gateway.Error) {
		c.t.Helper()
		want := fmt.Sprintf(anAnswer, request)
		p := c.next(want)
		if p.Kind != gateway.KindAck || p.ID != id {
			c.fail(want, show(p))
		}
		if p.Err == nil {
			c.unmarshal(p, &out)
		}
		return out, p.Err
	}
}

// Answer waits for a request of the server, which must be the next thing that comes, and answers it.
func Answer[In, Out any](c *Client, request gateway.Request[In, Out], answer func(In) Out) {
	c.t.Helper()
	want := fmt.Sprintf(theRequest, request)
	p := c.next(want)
	if p.Kind != gateway.KindRequest || p.Event != string(request) {
		c.fail(want, show(p))
	}
	var in In
	c.unmarshal(p, &in)
	c.write(&gateway.Packet{Kind: gateway.KindAck, ID: p.ID, Payload: gateway.Payload{Data: c.marshal(answer(in))}})
}

// Expect waits for the next event, which must be this one, and returns its payload.
func Expect[T any](c *Client, event gateway.Event[T]) (data T) {
	c.t.Helper()
	want := fmt.Sprintf(theEvent, event)
	p := c.next(want)
	if p.Event != string(event) {
		c.fail(want, show(p))
	}
	c.unmarshal(p, &data)
	return data
}

// ExpectText waits for the next message, which must stand on the wire like this.
func (c *Client) ExpectText(want string) {
	c.t.Helper()
	if got := show(c.next(want)); got != want {
		c.fail(want, got)
	}
}

// ExpectError waits for the event "exception", which must be next, and returns the error in it.
func (c *Client) ExpectError() gateway.Error {
	c.t.Helper()
	return Expect(c, jsonevent.ExceptionEvent).Error
}

// ExpectDisconnect waits until the server ends the connection, with nothing before it, and returns why.
func (c *Client) ExpectDisconnect() gateway.Disconnect {
	c.t.Helper()
	if c.ended != (gateway.Disconnect{}) {
		return c.ended
	}
	p, err := c.read()
	var why gateway.Disconnect
	switch {
	case err == nil:
		c.fail(disconnection, show(p))
	case !errors.As(err, &why):
		c.fail(disconnection, stillOpen)
	}
	return why
}

// ExpectSilence fails if anything is on its way to the client.
func (c *Client) ExpectSilence() {
	c.t.Helper()
	synctest.Wait()
	ctx, cancel := context.WithTimeout(context.Background(), time.Nanosecond)
	defer cancel()
	m, err := c.conn.Read(ctx)
	var why gateway.Disconnect
	switch {
	case err == nil:
		c.fail(silence, string(m.Data))
	case errors.As(err, &why):
		c.fail(silence, fmt.Sprintf(hasEnded, why.Code, why.Reason))
	}
}

// next reads a packet that must come.
func (c *Client) next(want string) *gateway.Packet {
	c.t.Helper()
	p, err := c.read()
	var why gateway.Disconnect
	switch {
	case err == nil:
		return p
	case c.ended != (gateway.Disconnect{}):
		c.fail(want, fmt.Sprintf(wasRefused, c.ended.Code, c.ended.Reason))
	case errors.As(err, &why):
		c.fail(want, fmt.Sprintf(hasEnded, why.Code, why.Reason))
	}
	c.fail(want, nothing)
	return nil
}

func (c *Client) read() (*gateway.Packet, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	m, err := c.conn.Read(ctx)
	if err != nil {
		return nil, err
	}
	p, err := jsonevent.Decode(m.Data)
	if err == nil {
		c.offset = max(c.offset, p.Offset)
	}
	return p, err
}

func (c *Client) write(p *gateway.Packet) {
	c.t.Helper()
	c.SendText(string(p.Encoded(jsonevent.Format{})))
}

func (c *Client) marshal(v any) json.RawMessage {
	c.t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		c.t.Fatal(err)
	}
	return raw
}

func (c *Client) unmarshal(p *gateway.Packet, v any) {
	c.t.Helper()
	if len(p.Data) == 0 {
		return
	}
	if err := json.Unmarshal(p.Data, v); err != nil {
		c.fail(fmt.Sprintf(aPayload, v), show(p)+" ("+err.Error()+")")
	}
}

// show writes a packet as it stood on the wire.
func show(p *gateway.Packet) string { return string(jsonevent.Format{}.Encode(p)) }
