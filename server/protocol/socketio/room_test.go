package socketio_test

import (
	"context"
	"encoding/json"
	"regexp"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/protocol/jsonevent"
	"wslab/server/protocol/socketio"
	"wslab/server/transport"
)

const (
	say    gateway.Event[string]            = "say"
	said   gateway.Event[string]            = "said"
	shout  gateway.Request[string, string]  = "shout"
	fail   gateway.Event[string]            = "fail"
	kick   gateway.Event[string]            = "kick"
	ask    gateway.Request[string, string]  = "ask"
	color  gateway.Request[string, string]  = "color"
	image  gateway.Event[gateway.Payload]   = "image"
	token                                   = "ABC-123"
	admin                                   = "/admin"
	whole  gateway.Request[[]any, []any]    = "whole"
	double gateway.Request[[]byte, payload] = "double"
)

type payload = gateway.Payload

// A room is a server in memory whose namespaces are "/", which asks for a token, and "/admin".
type room struct {
	*testing.T
	main, admin *gateway.Namespace
	o           socketio.Options
	ctx         context.Context
	left        chan string // ids, and why they left "/"
}

// run runs a test against a room, under a fake clock. That the bubble ends shows that no goroutine is left.
func run(t *testing.T, test func(r *room)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		r := &room{T: t, ctx: t.Context(), left: make(chan string, 100)}
		r.main, r.admin = gateway.NewNamespace(r.chat), gateway.NewNamespace(func(gateway.Emitter) gateway.Gateway { return gateway.Gateway{Events: events} })
		r.o.Namespaces = func(name string) (gateway.Host, bool) {
			switch name {
			case socketio.Main:
				return r.main, true
			case admin:
				return r.admin, true
			}
			return nil, false
		}
		test(r)
	})
}

func (r *room) chat(everyone gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{
		Authenticate: func(_ context.Context, h gateway.Handshake) (gateway.User, error) {
			if h.Token() != token {
				return gateway.User{}, gateway.Unauthorized
			}
			return gateway.User{Name: h.Name()}, nil
		},
		OnDisconnect: func(_ context.Context, s *gateway.Socket, why gateway.Disconnect) error {
			r.left <- s.User().Name + ": " + why.Reason
			return nil
		},
		Events: append(gateway.Events{
			say.On(func(_ context.Context, s *gateway.Socket, text string) error {
				return said.Emit(everyone, s.User().Name+": "+text)
			}),
			image.On(func(_ context.Context, _ *gateway.Socket, p gateway.Payload) error { return image.Emit(everyone, p) }),
		}, events...),
	}
}

var events = gateway.Events{
	shout.Handle(func(_ context.Context, _ *gateway.Socket, text string) (string, error) { return text + "!", nil }),
	whole.Handle(func(_ context.Context, _ *gateway.Socket, list []any) ([]any, error) { return list, nil }),
	double.Handle(func(_ context.Context, _ *gateway.Socket, b []byte) (payload, error) {
		return gateway.Bytes(append(b, b...)), nil
	}),
	fail.On(func(context.Context, *gateway.Socket, string) error {
		return &gateway.Error{Code: "failed", Message: "always"}
	}),
	kick.On(func(context.Context, *gateway.Socket, string) error { return gateway.Kicked }),
	ask.Handle(func(ctx context.Context, s *gateway.Socket, text string) (string, error) {
		return color.Ask(ctx, s, text)
	}),
}

// A client is the far end of a session.
type client struct {
	*testing.T
	conn transport.Conn
	done chan gateway.Disconnect // what Serve returned
}

// dial begins a session.
func (r *room) dial() *client {
	r.Helper()
	far, near := transport.Pipe()
	c := &client{T: r.T, conn: far, done: make(chan gateway.Disconnect, 1)}
	session := engineio.NewSession("me", near, engineio.Options{})
	go func() {
		_ = session.Open()
		c.done <- socketio.Serve(r.ctx, session, gateway.Handshake{}, r.o)
	}()
	r.Cleanup(func() { _ = far.Close(gateway.ConnectionLost.Code, "") })
	require.Regexp(r, `^0\{`, c.next())
	return c
}

// join is dial for a client that joins "/".
func (r *room) join(name string) *client {
	r.Helper()
	c := r.dial()
	c.send(`40{"token":"` + token + `","name":"` + name + `"}`)
	require.Regexp(r, `^40\{"sid":"[^"]+"\}$`, c.next())
	return c
}

// raw connects a client without Socket.IO.
func (r *room) raw(name string) *client {
	r.Helper()
	far, near := transport.Pipe()
	c := &client{T: r.T, conn: far, done: make(chan gateway.Disconnect, 1)}
	session, err := jsonevent.Admit(r.ctx, r.main, gateway.Handshake{})
	require.NoError(r, err)
	go func() { c.done <- session.Serve(r.ctx, near, nil) }()
	r.Cleanup(func() { _ = far.Close(1000, "") })
	c.send(`{"event":"auth","data":{"token":"` + token + `","name":"` + name + `"}}`)
	require.Contains(r, c.next(), `"connected"`)
	return c
}

func (c *client) send(text string) {
	c.Helper()
	require.NoError(c, c.conn.Write(transport.Message{Data: []byte(text)}))
}

func (c *client) attach(data ...byte) {
	c.Helper()
	require.NoError(c, c.conn.Write(transport.Message{Binary: true, Data: data}))
}

func (c *client) read() transport.Message {
	c.Helper()
	m, err := c.conn.Read(c.Context())
	require.NoError(c, err)
	return m
}

// next reads the next message, which is text.
func (c *client) next() string {
	c.Helper()
	m := c.read()
	require.False(c, m.Binary)
	return string(m.Data)
}

// attached reads the next message, which is binary.
func (c *client) attached() []byte {
	c.Helper()
	m := c.read()
	require.True(c, m.Binary, "%s", m.Data)
	return m.Data
}

// ended requires that the session ends, with nothing before.
func (c *client) ended(why gateway.Disconnect) {
	c.Helper()
	m, err := c.conn.Read(c.Context())
	require.Error(c, err, "%s", m.Data)
	require.Equal(c, why, <-c.done)
}

// alive requires that the client's socket in "/" is served.
func (c *client) alive() {
	c.Helper()
	c.send(`4299["shout","hi"]`)
	require.Equal(c, `4399["hi!"]`, c.next())
}

var sid = regexp.MustCompile(`"sid":"([^"]+)"`)

// id returns the id that a connect packet gives.
func (c *client) id(packet string) string {
	c.Helper()
	found := sid.FindStringSubmatch(packet)
	require.NotNil(c, found, packet)
	require.True(c, json.Valid([]byte(`"`+found[1]+`"`)))
	return found[1]
}
