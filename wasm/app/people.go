//go:build js

package main

import (
	"slices"

	"wslab/server/chat"
	"wslab/wasm/internal/dom"
)

// people are who is here, and who is in the rooms of this page: the lists, and the choice of whom to write to.
type people struct {
	talk   *talk
	words  words
	me     string
	here   []chat.Person
	places []room
}

func newPeople(t *talk) *people { return &people{talk: t, words: t.words} }

// isRoom tells whether a choice is a room, which has a mark before its name.
func isRoom(to string) bool { return len(to) > 1 && to[0] == '#' }

// set makes all the people who are here; me is the one of this page.
func (p *people) set(all chat.People, me string) {
	p.me, p.here = me, slices.Clone(all)
	p.show()
}

// forget shows nobody.
func (p *people) forget() {
	p.places = nil
	p.set(nil, "")
}

// present takes who is in a room now.
func (p *people) present(now room) {
	p.places = placed(p.places, now, p.me)
	p.show()
}

// rooms are the names of those that this page is in.
func (p *people) rooms() (names []string) {
	for _, place := range p.places {
		names = append(names, place.Room)
	}
	return names
}

func (p *people) add(one chat.Person) {
	p.here = append(p.here, one)
	p.show()
}

func (p *people) remove(id string) {
	p.here = slices.DeleteFunc(p.here, func(one chat.Person) bool { return one.ID == id })
	p.show()
}

func (p *people) name(id string) string {
	for _, one := range p.here {
		if one.ID == id {
			return one.Name
		}
	}
	return p.words["chat.someone"]
}

// sort puts oneself first and the others in the order of their names. They mostly are in order already,
// and [slices.SortFunc] would be a hundredth of the page's program.
func (p *people) sort() {
	for i := range p.here {
		for k := i; k > 0 && p.before(p.here[k], p.here[k-1]); k-- {
			p.here[k], p.here[k-1] = p.here[k-1], p.here[k]
		}
	}
}

func (p *people) before(a, b chat.Person) bool {
	if (a.ID == p.me) != (b.ID == p.me) {
		return a.ID == p.me
	}
	return a.Name+a.ID < b.Name+b.ID
}

func (p *people) show() {
	p.sort()
	list, to, rooms := dom.ID("chat-here"), dom.ID("chat-to"), dom.ID("chat-rooms")
	chosen := p.still(to.Value())
	list.Clear()
	to.Clear()
	rooms.Clear()
	to.Append(dom.Option("", p.words["chat.everyone"]))
	for _, place := range p.places {
		to.Append(dom.Option("#"+place.Room, "#"+place.Room))
		rooms.Append(p.place(place))
	}
	for _, one := range p.here {
		list.Append(p.row(one))
		if one.ID != p.me {
			to.Append(dom.Option(one.ID, one.Name))
		}
	}
	to.SetValue(chosen)
}

// still returns a choice while that person or room is here, and "" for everyone otherwise.
func (p *people) still(id string) string {
	if isRoom(id) && slices.Contains(p.rooms(), id[1:]) {
		return id
	}
	if slices.ContainsFunc(p.here, func(one chat.Person) bool { return one.ID == id }) {
		return id
	}
	return ""
}

func (p *people) row(one chat.Person) dom.Element {
	row := dom.Clone("chat-person")
	button := row.One("[data-part=private]")
	if one.ID == p.me {
		row.SetData("voice", "me")
		row.One("[data-part=name]").SetText(one.Name + " (" + p.words["chat.you"] + ")")
		button.Hide(true)
		return row
	}
	row.SetData("voice", "other")
	row.One("[data-part=name]").SetText(one.Name)
	button.SetText("→")
	button.SetAttr("aria-label", p.words.say("chat.private", "name", one.Name))
	button.SetAttr("title", p.words.say("chat.private", "name", one.Name))
	button.OnClick(func() {
		dom.ID("chat-to").SetValue(one.ID)
		dom.ID("chat-text").Focus()
	})
	return row
}

// place is the row of a room: who is in it, and two buttons to write there and to leave it.
func (p *people) place(now room) dom.Element {
	row := dom.Clone("chat-place")
	named, leave := row.One("[data-part=room]"), row.One("[data-part=leave]")
	named.SetText("#" + now.Room)
	named.SetAttr("title", p.words.say("presence.room", "room", now.Room))
	named.OnClick(func() {
		dom.ID("chat-to").SetValue("#" + now.Room)
		dom.ID("chat-text").Focus()
	})
	var names string
	for i, one := range now.Here {
		if i > 0 {
			names += ", "
		}
		names += one.Name
	}
	row.One("[data-part=names]").SetText(names)
	leave.SetAttr("aria-label", p.words.say("chat.room.leave", "room", now.Room))
	leave.SetAttr("title", p.words.say("chat.room.leave", "room", now.Room))
	leave.OnClick(func() { _ = chat.Leave.Emit(p.talk.client, chat.Place{Room: now.Room}) })
	return row
}
