//go:build js

package main

import (
	"encoding/json"
	"strings"
	"time"

	"wslab/server/gateway"
	"wslab/wasm/client"
)

// An anything is an event with whatever payload there is.
type anything = gateway.Event[json.RawMessage]

// habits are what a panel's client does by itself: those of the lesson, and what it remembers for them while connections
// come and go.
type habits struct {
	panel   *panel
	Echoes  map[string]anything
	Replies map[string]struct {
		Event   anything
		Payload json.RawMessage
	}
	Newest  map[string]string
	Returns time.Duration // in seconds

	newest  string // number that the client has heard, as it was written
	backoff client.Backoff
	since   time.Time   // of the connection
	again   *time.Timer // until the next try; nil where there was none
	silence *time.Timer // since the last event that was echoed; nil where nobody minds
}

func newHabits(p *panel) *habits {
	h := &habits{panel: p, newest: "0"}
	_ = json.Unmarshal([]byte(p.root.Data("habits")), h) // the server wrote it
	return h
}

// listen begins with a new connection.
func (h *habits) listen(c *client.Client) {
	h.since = time.Now()
	h.listens()
	for event, with := range h.Echoes {
		client.Listen(c, anything(event), func(data json.RawMessage) {
			h.listens()
			go func() { _ = with.Emit(c, data) }() // over polling it takes a request, and reading must go on
		})
	}
	for event, with := range h.Replies {
		client.Listen(c, anything(event), func(json.RawMessage) {
			payload := json.RawMessage(h.fill(string(with.Payload)))
			go func() { _ = with.Event.Emit(c, payload) }()
		})
	}
	for event, field := range h.Newest {
		client.Listen(c, anything(event), func(data json.RawMessage) {
			var fields map[string]json.RawMessage
			if json.Unmarshal(data, &fields) == nil && fields[field] != nil {
				h.newest = string(fields[field])
			}
		})
	}
}

// fill puts the newest number into a payload.
func (h *habits) fill(payload string) string {
	return strings.ReplaceAll(payload, `"NEWEST"`, h.newest)
}

// listens notes that somebody is there. Who is silent for too long is not: nobody waits for the end of that connection.
func (h *habits) listens() {
	h.quiet()
	if h.Returns > 0 {
		h.silence = time.AfterFunc(h.Returns*time.Second, func() {
			if h.panel.conn.state == open {
				h.panel.conn.wire.fault(h.panel.words["log.lost"])
				h.panel.move()
			}
		})
	}
}

// quiet forgets the connection that was.
func (h *habits) quiet() {
	if h.silence != nil {
		h.silence.Stop()
	}
}

// stop gives up the next try, since somebody has tried.
func (h *habits) stop() {
	if h.again != nil {
		h.again.Stop()
	}
}

// over comes back when a connection has ended that nobody here has ended, unless the server does not want this client.
func (h *habits) over(end string, _ gateway.Disconnect) {
	h.quiet()
	if h.Returns == 0 || end == refused {
		return
	}
	h.again = time.AfterFunc(h.backoff.Wait(lasted(end, h.since)), h.panel.connect)
}
