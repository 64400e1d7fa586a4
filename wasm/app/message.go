//go:build js

package main

import (
	"time"

	"wslab/server/chat"
	"wslab/wasm/internal/dom"
)

// said shows a message, to everyone, to a room or to one.
func (t *talk) said(m chat.Message) {
	row := t.row(m)
	t.outbox.hear(m, row)
	t.lines.add(row)
}

func (t *talk) row(m chat.Message) dom.Element {
	line := t.line(m.Text, m.At)
	voice := "other"
	if m.ID == t.people.me {
		voice = "me"
	}
	line.SetData("voice", voice)
	line.One("[data-part=from]").SetText(m.From)
	switch {
	case m.To != "":
		line.SetData("private", "")
		line.One("[data-part=whisper]").SetText(t.aside(m))
	case m.Room != "":
		line.One("[data-part=whisper]").SetText("#" + m.Room)
	}
	return line
}

// aside says between whom a private message went.
func (t *talk) aside(m chat.Message) string {
	if m.ID == t.people.me {
		return t.words.say("chat.private.to", "name", t.people.name(m.To))
	}
	return t.words["chat.private.from"]
}

// event shows that somebody came or went.
func (t *talk) event(text string) {
	line := t.line(text, time.Now())
	line.SetData("kind", "event")
	t.lines.add(line)
}

func (t *talk) line(text string, at time.Time) dom.Element {
	line := dom.Clone("chat-line")
	line.One("time").SetText(at.Local().Format("15:04:05"))
	line.One("time").SetAttr("datetime", at.Format(time.RFC3339))
	line.One("[data-part=text]").SetText(text)
	return line
}
