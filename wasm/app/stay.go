//go:build js

package main

import (
	"strconv"
	"time"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// A stay lasts from joining the chat to leaving it, whatever happens to the connection meanwhile.
type stay struct {
	as      credentials
	session client.Session // with which the server lets the client go on where it was
	entered time.Time      // last; zero before the first time
	backoff client.Backoff
	again   *time.Timer // until the next try
}

// join begins a stay, or tries at once what a stay waits to try again.
func (t *talk) join() {
	t.fault.SetText("")
	if t.stay != nil {
		t.stay.again.Stop()
		t.connect()
		return
	}
	name := dom.ID("chat-name").Value()
	if name == "" {
		t.fault.SetText(t.words["chat.name"])
		return
	}
	t.lines.list.Clear()
	t.stay = &stay{as: credentials{dom.ID("chat-token").Value(), name}, again: time.NewTimer(0)}
	t.stay.again.Stop()
	t.connect()
}

func (t *talk) connect() {
	if t.stay != nil {
		t.conn.dial(dom.WebSocketURL("/ws"), client.Options{Auth: t.stay.as, Resume: t.stay.session}, t.listen)
	}
}

// came says what it means to be connected: for the first time, back where one was, or back as somebody new.
func (t *talk) came() {
	again, rooms := !t.stay.entered.IsZero(), t.people.rooms()
	t.stay.entered = time.Now()
	t.fault.SetText("")
	switch {
	case !again:
		dom.ID("chat-text").Focus()
	case t.client.Recovered():
		t.event(t.words["chat.back"])
	default:
		t.event(t.words["chat.anew"])
		t.outbox.doubt()
	}
	t.people.places = nil // the server says in which rooms it knows one to be, which after a long time is none
	for _, name := range rooms {
		_ = chat.Join.Emit(t.client, chat.Place{Room: name}) // a connection that has ended says so itself
	}
}

// lasted is how long a connection did that began then, 0 where it never began.
func lasted(end string, since time.Time) time.Duration {
	if end == "unreachable" || end == refused {
		return 0
	}
	return time.Since(since)
}

// over tells, where the eye is, why the connection is over, and begins to come back where that makes sense.
func (t *talk) over(end string, why gateway.Disconnect) {
	code := strconv.Itoa(why.Code)
	if t.stay == nil || t.stay.entered.IsZero() || final(why) {
		key := map[string]string{refused: "chat.refused", "unreachable": "log.unreachable"}[end]
		if key == "" {
			key = "chat.lost"
		}
		t.fault.SetText(t.words.say(key, "code", code, "reason", why.Reason, "address", dom.WebSocketURL("/ws")))
		t.quit()
		return
	}
	if t.client != nil {
		t.stay.session = t.client.Session()
	}
	wait := t.stay.backoff.Wait(lasted(end, t.stay.entered))
	t.stay.again = time.AfterFunc(wait, t.connect)
	t.fault.SetText(t.words.say("chat.again", "code", code, "reason", why.Reason, "seconds", strconv.FormatFloat(wait.Seconds(), 'f', 1, 64)))
}

// final tells whether the server does not want this client: who asks again hears the same, or takes the place of
// another page of its own.
func final(why gateway.Disconnect) bool {
	switch why.Code {
	case gateway.Unauthorized.Code, gateway.Kicked.Code, gateway.Replaced.Code:
		return true
	}
	return false
}

// leave ends the stay, and with it the connection.
func (t *talk) leave() {
	t.fault.SetText("")
	state := t.conn.state
	t.quit()
	t.conn.close()
	if state != open && state != connecting {
		t.show(closed, t.words[keyOf(closed)])
	}
}

func (t *talk) quit() {
	if t.stay != nil {
		t.stay.again.Stop()
	}
	t.stay = nil
	t.outbox.drop()
	t.show(t.conn.state, dom.ID("chat-state").Text())
}
