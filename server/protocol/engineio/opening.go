package engineio

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"wslab/server/gateway"
	"wslab/server/transport"
)

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
