//go:build js

package main

import (
	"encoding/json"
	"strings"

	"wslab/server/gateway"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// presence is what a client knows of who is here, as lessons tell it: everyone, and each room that it is in.
type presence struct {
	panel  *panel
	box    dom.Element
	me     string
	places []room // the first, without a name, is the whole chat
}

type room struct {
	Room string   `json:"room"`
	Here []person `json:"here"`
}

type person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// listen begins anew with a connection.
func (p *presence) listen(c *client.Client) {
	if !p.box.Exists() {
		return
	}
	p.me, p.places = c.ID(), nil
	client.Listen(c, gateway.Event[room]("welcome"), func(now room) { p.set(room{Here: now.Here}) })
	client.Listen(c, gateway.Event[room]("presence"), p.set)
	client.Listen(c, gateway.Event[person]("joined"), func(one person) { p.set(room{Here: append(p.others(one.ID), one)}) })
	client.Listen(c, gateway.Event[person]("left"), func(one person) { p.set(room{Here: p.others(one.ID)}) })
}

// forget shows nobody.
func (p *presence) forget() {
	if p.box.Exists() {
		p.places = nil
		p.show()
	}
}

// others are all in the chat but the one with an id.
func (p *presence) others(id string) (others []person) {
	for _, now := range p.places {
		for _, one := range now.Here {
			if now.Room == "" && one.ID != id {
				others = append(others, one)
			}
		}
	}
	return others
}

// set takes what is told last of a place. A room without this client is none of its own any more.
func (p *presence) set(now room) {
	p.places = placed(p.places, now, p.me)
	p.show()
}

func placed(before []room, now room, me string) (after []room) {
	inside, found := false, false
	for _, one := range now.Here {
		inside = inside || one.ID == me
	}
	for _, known := range before {
		if known.Room != now.Room {
			after = append(after, known)
		} else if found = true; inside {
			after = append(after, now)
		}
	}
	if inside && !found {
		after = append(after, now)
	}
	return after
}

func (p *presence) show() {
	p.box.Clear()
	p.box.Hide(len(p.places) == 0)
	words := p.panel.words
	for _, now := range p.places {
		line := dom.Clone("presence-line")
		named := line.One("[data-part=room]")
		named.Hide(now.Room == "")
		line.One("[data-part=everyone]").Hide(now.Room != "")
		p.addresses(named, now.Room, words.say("presence.room", "room", now.Room), "room", now.Room)
		for _, one := range now.Here {
			button := dom.Clone("presence-one")
			p.addresses(button, one.Name, words.say("chat.private", "name", one.Name), "to", one.ID)
			if one.ID == p.me {
				button.SetText(one.Name + " (" + words["chat.you"] + ")")
				button.Disable(true)
			}
			line.Append(button)
		}
		p.box.Append(line)
	}
}

// addresses makes a button begin a message to a room, or to one.
func (p *presence) addresses(button dom.Element, text, label, field, value string) {
	button.SetText(text)
	button.SetAttr("title", label)
	button.SetAttr("aria-label", label)
	button.OnClick(func() { p.panel.addressTo(field, value) })
}

// addressTo chooses the first event that says something to somebody, and puts in whom it is for.
func (p *panel) addressTo(field, value string) {
	for _, option := range p.part("event").All("option") {
		payload, ok := filled(option.Data("payload"), field, value)
		if !ok || !strings.Contains(payload, `"text":`) {
			continue
		}
		p.part("event").SetValue(option.Value())
		p.choose()
		p.part("payload").SetValue(payload)
		p.part("payload").Focus()
		return
	}
}

// filled writes value into a field of a payload that is a string, and reports whether there is one.
func filled(payload, field, value string) (string, bool) {
	before, rest, found := strings.Cut(payload, `"`+field+`":"`)
	_, after, closed := strings.Cut(rest, `"`)
	if !found || !closed {
		return payload, false
	}
	quoted, _ := json.Marshal(value) // a string always encodes
	return before + `"` + field + `":` + string(quoted) + after, true
}
