//go:build js

package main

import (
	"context"
	"errors"
	"net/url"
	"strconv"

	"wslab/server/gateway"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// The states of a connection, as the page's style sheet knows them.
const (
	closed     = "closed"
	connecting = "connecting"
	open       = "open"
	lost       = "lost"
	refused    = "refused"
)

// A peer is the page's side of a connection: a [client.Client] where a gateway is at the other end, and a
// [client.Plain] where there is none.
type peer interface {
	Run() gateway.Disconnect
	Polls() bool
	Close() error
	Lose() error
}

// A connection is one connection of the page at a time, from the first try to its end. Its owner
// hears of every change.
type connection struct {
	as      string // whose it is
	at      string // the part of the server's paths in which it can be made worse: "/lessons/4" or ""
	faults  string // that it begins with
	words   words
	wire    trace
	changed func(state, word string)
	over    func(end string, why gateway.Disconnect) // may be nil: refused, lost, unreachable or closed

	state  string
	client peer               // while open
	cancel context.CancelFunc // while connecting
	leave  bool               // this side ended it
}

// dial opens a connection to address. opened is called before anything is delivered.
func (c *connection) dial(address string, o client.Options, opened func(*client.Client)) {
	o.Trace = c.wire.message
	c.open(address, func(ctx context.Context, address string) (peer, error) {
		found, err := client.Dial(ctx, address, o)
		if err != nil {
			return nil, err
		}
		opened(found)
		return found, nil
	})
}

// dialPlain opens a connection on which there are messages and no events.
func (c *connection) dialPlain(address string) {
	c.open(address, func(ctx context.Context, address string) (peer, error) {
		found, err := client.DialPlain(ctx, address, c.wire.plain)
		if err != nil {
			return nil, err
		}
		return found, nil
	})
}

func (c *connection) open(address string, dial func(ctx context.Context, address string) (peer, error)) {
	if c.state == connecting || c.state == open {
		return
	}
	ctx, cancel := context.WithCancel(context.Background())
	c.cancel, c.leave = cancel, false
	c.set(connecting, c.words[keyOf(connecting)])
	c.wire.control(true, c.words["log.connect"])
	go func() {
		defer cancel()
		found, err := dial(ctx, address+"?"+c.query())
		if err != nil {
			c.failed(address, err)
			return
		}
		c.client = found
		c.set(open, c.words[keyOf(open)])
		c.ended(found.Run())
	}()
}

// failed says why there is no connection: refused by the server, given up here, or nobody there.
func (c *connection) failed(address string, err error) {
	var why gateway.Disconnect
	switch {
	case errors.Is(err, context.Canceled):
		c.wire.control(true, c.words.say("log.close", "code", "", "reason", ""))
		c.set(closed, c.words[keyOf(closed)])
	case errors.As(err, &why) && why != gateway.ConnectionLost:
		c.wire.control(false, c.describe("log.close", why))
		c.set(refused, c.describe(keyOf(refused), why))
		c.tell(refused, why)
	default:
		c.wire.fault(c.words.say("log.unreachable", "address", address))
		c.set(lost, c.words[keyOf(lost)])
		c.tell("unreachable", gateway.ConnectionLost)
	}
}

// ended says how an open connection ended.
func (c *connection) ended(why gateway.Disconnect) {
	c.client = nil
	switch {
	case why == gateway.ConnectionLost:
		c.wire.fault(c.words["log.lost"])
		c.set(lost, c.words[keyOf(lost)])
	case c.leave:
		c.wire.control(true, c.describe("log.close", why))
		c.set(closed, c.words[keyOf(closed)])
	case why.Code == gateway.Unauthorized.Code:
		c.wire.control(false, c.describe("log.close", why))
		c.set(refused, c.describe(keyOf(refused), why))
	default:
		c.wire.control(false, c.describe("log.close", why))
		c.set(closed, c.describe("state.closed.with", why))
	}
	if !c.leave {
		c.tell(c.state, why)
	}
}

func (c *connection) tell(end string, why gateway.Disconnect) {
	if c.over != nil {
		c.over(end, why)
	}
}

// close leaves and says so, or gives up connecting.
func (c *connection) close() {
	c.leave = true
	switch c.state {
	case connecting:
		c.cancel()
	case open:
		go c.client.Close() // which may take a request
	}
}

// thisPage is the name under which the server knows this page's connections, and nobody else does.
var thisPage = dom.Secret()

// query tells the server whose connection it is.
func (c *connection) query() string {
	q := url.Values{"page": {thisPage}, "as": {c.as}}
	if c.faults != "" {
		q.Set("faults", c.faults)
	}
	return q.Encode()
}

// worsen asks the server to do something to the connection, which waits for its answer.
func (c *connection) worsen(name, value string) error {
	_, err := dom.Post(c.at+"/pages/"+thisPage+"/"+c.as, url.Values{name: {value}})
	return err
}

// lose cuts the connection without a word. A page cannot do that to a WebSocket of its own: the server does it.
// Of one that polls the page gives up the requests, which the server cannot.
func (c *connection) lose() {
	switch {
	case c.state != open:
		return
	case c.client.Polls():
		_ = c.client.Lose()
		return
	}
	go func() {
		if err := c.worsen("cut", "fin"); err != nil && c.client != nil {
			_ = c.client.Lose()
		}
	}()
}

func (c *connection) set(state, word string) {
	c.state = state
	c.changed(state, word)
}

func (c *connection) describe(key string, why gateway.Disconnect) string {
	return c.words.say(key, "code", strconv.Itoa(why.Code), "reason", why.Reason)
}

func keyOf(state string) string { return "state." + state }
