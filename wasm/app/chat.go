//go:build js

package main

import (
	"strconv"

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
	client *client.Client // of the connection that is open
}

func startChat(w words) {
	t := &talk{words: w, root: dom.ID("chat"), fault: dom.ID("chat-error"), lines: strip{dom.ID("chat-messages")}}
	t.people = newPeople(w)
	t.conn = &connection{as: "me", words: w, wire: newTrace("chat-wire", w), changed: t.show, over: t.over, state: closed}
	dom.ID("chat-join").OnSubmit(t.join)
	dom.ID("chat-leave").OnClick(t.conn.close)
	dom.ID("chat-say").OnSubmit(t.say)
	t.show(closed, w[keyOf(closed)])
}

func (t *talk) show(state, word string) {
	inside := state == open
	t.root.SetData("state", state)
	dom.ID("chat-state").SetText(word)
	t.root.One("[data-do=join]").Disable(inside || state == connecting)
	t.root.One("[data-do=say]").Disable(!inside)
	dom.ID("chat-leave").Disable(!inside)
	for _, id := range []string{"chat-name", "chat-token"} {
		dom.ID(id).Disable(inside || state == connecting)
	}
	if !inside {
		t.people.set(nil, "")
	}
}

func (t *talk) join() {
	t.fault.SetText("")
	name := dom.ID("chat-name").Value()
	if name == "" {
		t.fault.SetText(t.words["chat.name"])
		return
	}
	t.conn.dial(dom.WebSocketURL("/ws"), nil, credentials{dom.ID("chat-token").Value(), name}, t.listen)
}

func (t *talk) listen(c *client.Client) {
	t.client = c
	t.lines.list.Clear()
	dom.ID("chat-text").Focus()
	client.Listen(c, chat.Here, func(all chat.People) { t.people.set(all, c.ID()) })
	client.Listen(c, chat.Joined, func(p chat.Person) {
		t.people.add(p)
		t.event(t.words.say("chat.joined", "name", p.Name))
	})
	client.Listen(c, chat.Left, func(d chat.Departure) {
		t.people.remove(d.ID)
		t.event(t.words.say("chat.left", "name", d.Name, "reason", d.Reason))
	})
	client.Listen(c, chat.Said, t.said)
	client.Listen(c, chat.Whispered, t.said)
	client.Listen(c, gateway.Event[gateway.Exception]("exception"), func(e gateway.Exception) {
		t.fault.SetText(t.words.say("chat.error", "code", e.Code, "message", e.Message))
	})
}

// over tells, where the eye is, why the talk is over.
func (t *talk) over(end string, why gateway.Disconnect) {
	key := map[string]string{refused: "chat.refused", "unreachable": "log.unreachable"}[end]
	if key == "" {
		key = "chat.lost"
	}
	t.fault.SetText(t.words.say(key, "code", strconv.Itoa(why.Code), "reason", why.Reason, "address", dom.WebSocketURL("/ws")))
}

func (t *talk) say() {
	text := dom.ID("chat-text")
	if t.conn.state != open || text.Value() == "" {
		return
	}
	t.fault.SetText("")
	line := chat.Line{To: dom.ID("chat-to").Value(), Text: text.Value()}
	event := chat.Say
	if line.To != "" {
		event = chat.Whisper
	}
	if err := event.Emit(t.client, line); err != nil {
		t.fault.SetText(err.Error())
		return
	}
	text.SetValue("")
	text.Focus()
}
