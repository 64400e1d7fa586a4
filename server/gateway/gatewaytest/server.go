// Package gatewaytest runs a gateway in memory, under a fake clock, and speaks to it as clients do.
//
// Everything happens in a [testing/synctest] bubble: an event that does not come fails the test at
// once instead of after a timeout, and a goroutine that outlives the test fails it too. Clients speak
// the raw wire format over a connection in memory, so what a test sees is what a client sees.
package gatewaytest

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"testing/synctest"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
)

// Server hosts one gateway for a test.
type Server struct {
	// Namespace is the gateway's namespace, for tests that look behind the wire.
	Namespace *gateway.Namespace

	t *testing.T
}

// Run hosts the gateway that build makes and runs test against it. A handler that panics fails the
// test and says where.
func Run(t *testing.T, build func(everyone gateway.Emitter) gateway.Gateway, test func(t *testing.T, srv *Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		test(t, Serve(t, gateway.NewNamespace(build)))
	})
}

// Serve hosts one of several namespaces in a test that has a bubble already.
func Serve(t *testing.T, ns *gateway.Namespace) *Server {
	ns.Log = newLog(t)
	return &Server{Namespace: ns, t: t}
}

// Dial connects a client. Where the gateway authenticates, auth is sent as the client's first
// message; nil presents nothing and is refused. The client leaves with the end of the test.
func (s *Server) Dial(auth any) *Client {
	s.t.Helper()
	c := s.DialWith(gateway.Handshake{}, auth)
	return c
}

// DialWith is Dial for a client that presents something in its handshake: a query, a header, a cookie.
func (s *Server) DialWith(h gateway.Handshake, auth any) *Client {
	s.t.Helper()
	client, server := transport.Pipe()
	c := &Client{t: s.t, conn: client, done: make(chan struct{})}
	go func() {
		defer close(c.done)
		session, err := jsonevent.Admit(context.Background(), s.Namespace, h)
		if err != nil { // over HTTP this is a 401
			why := gateway.AsDisconnect(err)
			_ = server.Close(why.Code, why.Reason)
			return
		}
		session.Serve(context.Background(), server, nil)
	}()
	s.t.Cleanup(c.Close)
	if protected, _ := s.Namespace.Protected(context.Background()); protected && auth != nil && h.Token() == "" {
		c.write(&gateway.Packet{Event: string(jsonevent.AuthEvent), Payload: gateway.Payload{Data: c.marshal(auth)}})
	}
	c.open()
	return c
}

// Close stops the server, as SIGTERM does: every client is told that it is going away.
func (s *Server) Close() {
	s.t.Helper()
	if err := s.Namespace.Close(s.t.Context(), gateway.GoingAway); err != nil {
		s.t.Fatalf("the server did not stop: %v", err)
	}
}

// open waits until the client is connected or refused.
func (c *Client) open() {
	c.t.Helper()
	p, err := c.read()
	if err != nil {
		c.ended = gateway.AsDisconnect(err)
		return
	}
	var connected jsonevent.Connected
	if p.Event != string(jsonevent.ConnectedEvent) || json.Unmarshal(p.Data, &connected) != nil {
		c.fail(fmt.Sprintf(theEvent, jsonevent.ConnectedEvent), show(p))
	}
	c.id, c.pid, c.recovered = connected.ID, connected.PID, connected.Recovered
}
