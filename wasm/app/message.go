//go:build js

package main

import (
	"time"

	"wslab/server/chat"
	"wslab/wasm/internal/dom"
)

// said shows a message, to everyone or to one.
func (t *talk) said(m chat.Message) {
	line := t.line(m.Text, m.At)
	voice := "other"
	if m.ID == t.people.me {
		voice = "me"
	}
	line.SetData("voice", voice)
	line.One("[data-part=from]").SetText(m.From)
	if m.To != "" {
		line.SetData("private", "")
		line.One("[data-part=whisper]").SetText(t.aside(m))
	}
	t.lines.add(line)
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
