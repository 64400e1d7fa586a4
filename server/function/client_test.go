package function

import (
	"context"
	"encoding/json"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
)

// client speaks the raw format, as a browser does.
type client struct {
	t    *testing.T
	conn transport.Conn
	id   string
}

// dial connects a client. Its auth, if any, is its first message.
func dial(t *testing.T, host gateway.Host, auth string) *client {
	t.Helper()
	near, far := transport.Pipe()
	c := &client{t: t, conn: near}
	go func() {
		session, err := jsonevent.Admit(context.Background(), host, gateway.Handshake{})
		if err != nil {
			why := gateway.AsDisconnect(err)
			_ = far.Close(why.Code, why.Reason)
			return
		}
		session.Serve(context.Background(), far, nil)
	}()
	t.Cleanup(c.leave)
	if auth != "" {
		c.send(auth)
	}
	return c
}

// welcome connects a client and waits until the gateway has greeted it with the name.
func welcome(t *testing.T, host gateway.Host, name string) *client {
	t.Helper()
	c := dial(t, host, "")
	var connected struct{ Data jsonevent.Connected }
	require.NoError(t, json.Unmarshal([]byte(c.read()), &connected))
	c.id = connected.Data.ID
	require.NotEmpty(t, c.id)
	c.expect(`{"event":"welcome","data":"` + name + `"}`)
	return c
}

func (c *client) leave() { _ = c.conn.Close(1000, "") }

func message(text string) transport.Message { return transport.Message{Data: []byte(text)} }

func (c *client) send(text string) {
	c.t.Helper()
	require.NoError(c.t, c.conn.Write(message(text)))
}

func (c *client) next() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	m, err := c.conn.Read(ctx)
	return string(m.Data), err
}

func (c *client) read() string {
	c.t.Helper()
	text, err := c.next()
	require.NoError(c.t, err)
	return text
}

// expect waits for the next message, which must be this.
func (c *client) expect(text string) {
	c.t.Helper()
	require.JSONEq(c.t, text, c.read())
}

// call sends a request and returns the answer in the next message.
func (c *client) call(event, data string) (answer string) {
	c.t.Helper()
	in, err := json.Marshal(map[string]any{"event": event, "data": data, "id": 1})
	require.NoError(c.t, err)
	c.send(string(in))
	var out struct{ Data string }
	require.NoError(c.t, json.Unmarshal([]byte(c.read()), &out))
	return out.Data
}

// expectEnd reads until the server ends the connection, and returns why.
func (c *client) expectEnd() gateway.Disconnect {
	c.t.Helper()
	for {
		_, err := c.next()
		var why gateway.Disconnect
		if errors.As(err, &why) {
			return why
		}
		require.NoError(c.t, err)
	}
}
