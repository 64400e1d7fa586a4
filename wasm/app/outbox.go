//go:build js

package main

import (
	"context"
	"errors"
	"strconv"
	"time"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// An outbox keeps what one has said until the server has acknowledged it. What the connection took with it is said
// again after coming back, with the same key, so that the others hear it once.
type outbox struct {
	talk    *talk
	number  int
	waiting []*letter // in the order in which they were said: one at a time is on its way
	sent    []*letter // acknowledged, and not yet heard
}

// A letter is a line with its row on the page.
type letter struct {
	event string
	line  chat.Line
	row   dom.Element
	tried bool // it may have arrived
	heard bool
}

func (l *letter) mark(state, text string) {
	l.row.SetData("sent", state)
	l.row.One("[data-part=mark]").SetText(text)
}

// put shows a line and sends it as soon as that can be.
func (o *outbox) put(event string, line chat.Line) {
	o.number++
	line.Key = strconv.Itoa(o.number)
	l := &letter{event: event, line: line}
	l.row = o.talk.row(chat.Message{ID: o.talk.people.me, From: o.talk.stay.as.Name, Room: line.Room, To: line.To, Text: line.Text, At: time.Now()})
	l.mark("waiting", o.talk.words["chat.waiting"])
	o.talk.lines.add(l.row)
	o.waiting = append(o.waiting, l)
	if len(o.waiting) == 1 && o.talk.conn.state == open {
		go o.send(o.talk.client)
	}
}

// send sends what waits, one after the other, until nothing does or the connection is over.
func (o *outbox) send(c *client.Client) {
	for len(o.waiting) > 0 && c == o.talk.client {
		l := o.waiting[0]
		l.tried = true
		began := time.Now()
		_, err := client.Call(context.Background(), c, gateway.Request[chat.Line, any](l.event), l.line)
		if len(o.waiting) == 0 || o.waiting[0] != l { // the stay is over
			return
		}
		switch fate(err) {
		case "yes":
			l.mark("yes", o.talk.words.say("chat.sent", "ms", strconv.FormatInt(time.Since(began).Milliseconds(), 10)))
		case "no":
			var refusal *gateway.Error
			_ = errors.As(err, &refusal)
			l.mark("no", o.talk.words.say("chat.error", "code", refusal.Code, "message", refusal.Message))
		case "later":
			time.Sleep(client.FirstWait)
			continue
		case "lost":
			return
		}
		o.waiting = o.waiting[1:]
		if err == nil && !l.heard {
			o.sent = append(o.sent, l)
		}
	}
}

// fate is what becomes of a line: "yes" and "no" are the server's last word. What it could not share with the other
// servers in time may be heard nevertheless, and is said again "later"; what was "lost", with the next connection.
func fate(err error) string {
	var refusal *gateway.Error
	switch {
	case err == nil:
		return "yes"
	case !errors.As(err, &refusal):
		return "lost"
	case refusal.Code == "unavailable":
		return "later"
	}
	return "no"
}

// hear takes a line that has come back: its row takes the place of the one with which it waited.
func (o *outbox) hear(m chat.Message, row dom.Element) {
	if m.ID != o.talk.people.me || m.Key == "" {
		return
	}
	for i, l := range append(o.sent, o.waiting...) {
		if l.line.Key != m.Key {
			continue
		}
		state, mark := l.row.Data("sent"), l.row.One("[data-part=mark]").Text()
		l.row.Remove()
		l.row, l.heard = row, true
		l.mark(state, mark)
		if i < len(o.sent) {
			o.sent = append(o.sent[:i:i], o.sent[i+1:]...)
		}
		return
	}
}

// doubt marks what may have been heard or not: the server does not know this client any more, and would not notice
// that it says something again.
func (o *outbox) doubt() {
	var rest []*letter
	for _, l := range o.waiting {
		if l.tried {
			l.mark("no", o.talk.words["chat.unsure"])
		} else {
			rest = append(rest, l)
		}
	}
	o.waiting = rest
}

// drop gives up what waits.
func (o *outbox) drop() {
	for _, l := range o.waiting {
		key := "chat.unsent"
		if l.tried {
			key = "chat.unsure"
		}
		l.mark("no", o.talk.words[key])
	}
	o.waiting, o.sent = nil, nil
}
