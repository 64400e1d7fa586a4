//go:build js

package main

import (
	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// talk is the page of the chat.
type talk struct {
	words  words
	root   dom.Element
	fault  dom.Element
	conn   *connection
	people *people
	lines  strip
	outbox *outbox
	stay   *stay          // from joining to leaving
	client *client.Client // of the connection that is open, or was last
}

func startChat(w words) {
	t := &talk{words: w, root: dom.ID("chat"), fault: dom.ID("chat-error"), lines: strip{dom.ID("chat-messages")}}
	t.people = newPeople(t)
	t.outbox = &outbox{talk: t}
	t.conn = &connection{as: "me", words: w, wire: newTrace("chat-wire", w), changed: t.show, over: t.over, state: closed}
	dom.ID("chat-join").OnSubmit(t.join)
	dom.ID("chat-leave").OnClick(t.leave)
	dom.ID("chat-lose").OnClick(t.conn.lose)
	dom.ID("chat-say").OnSubmit(t.say)
	dom.ID("chat-enter").OnSubmit(t.enterRoom)
	t.show(closed, w[keyOf(closed)])
}

func (t *talk) show(state, word string) {
	staying := t.stay != nil
	t.root.SetData("state", state)
	dom.ID("chat-state").SetText(word)
	t.root.One("[data-do=join]").Disable(state == open || state == connecting)
	t.root.One("[data-do=say]").Disable(!staying)
	t.root.One("[data-do=enter]").Disable(state != open)
	dom.ID("chat-leave").Disable(!staying)
	dom.ID("chat-lose").Disable(state != open)
	for _, id := range []string{"chat-name", "chat-token"} {
		dom.ID(id).Disable(staying)
	}
	if !staying {
		t.people.forget()
	}
}

func (t *talk) listen(c *client.Client) {
	t.client = c
	t.came()
	client.Listen(c, chat.Here, func(all chat.People) { t.people.set(all, c.ID()) })
	client.Listen(c, chat.Joined, func(p chat.Person) {
		t.people.add(p)
		t.event(t.words.say("chat.joined", "name", p.Name))
	})
	client.Listen(c, chat.Left, func(d chat.Departure) {
		t.people.remove(d.ID)
		t.event(t.words.say("chat.left", "name", d.Name, "reason", d.Reason))
	})
	client.Listen(c, gateway.Event[room](string(chat.Present)), t.people.present)
	client.Listen(c, chat.Said, t.said)
	client.Listen(c, chat.Whispered, t.said)
	client.Listen(c, gateway.Event[gateway.Exception]("exception"), func(e gateway.Exception) {
		t.fault.SetText(t.words.say("chat.error", "code", e.Code, "message", e.Message))
	})
	go t.outbox.send(c)
}

func (t *talk) say() {
	text := dom.ID("chat-text")
	if t.stay == nil || text.Value() == "" {
		return
	}
	if t.conn.state == open { // else it says when the next try is
		t.fault.SetText("")
	}
	line, event := chat.Line{Text: text.Value()}, chat.Say
	if to := dom.ID("chat-to").Value(); isRoom(to) {
		line.Room = to[1:]
	} else if to != "" {
		line.To, event = to, chat.Whisper
	}
	t.outbox.put(string(event), line)
	text.SetValue("")
	text.Focus()
}

// enterRoom asks for a room. Who is in it comes as an event.
func (t *talk) enterRoom() {
	name := dom.ID("chat-room")
	if t.conn.state != open || name.Value() == "" {
		return
	}
	t.fault.SetText("")
	_ = chat.Join.Emit(t.client, chat.Place{Room: name.Value()}) // a connection that has ended says so itself
	name.SetValue("")
}
