//go:build js

package main

import (
	"slices"

	"wslab/server/chat"
	"wslab/wasm/internal/dom"
)

// people are who is here: the list, and the choice of whom to write to.
type people struct {
	words words
	me    string
	here  []chat.Person
}

func newPeople(w words) *people { return &people{words: w} }

// set makes all the people who are here; me is the one of this page.
func (p *people) set(all chat.People, me string) {
	p.me, p.here = me, slices.Clone(all)
	p.show()
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
	list, to := dom.ID("chat-here"), dom.ID("chat-to")
	chosen := p.still(to.Value())
	list.Clear()
	to.Clear()
	to.Append(dom.Option("", p.words["chat.everyone"]))
	for _, one := range p.here {
		list.Append(p.row(one))
		if one.ID != p.me {
			to.Append(dom.Option(one.ID, one.Name))
		}
	}
	to.SetValue(chosen)
}

// still returns id while that person is here, and "" for everyone otherwise.
func (p *people) still(id string) string {
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
