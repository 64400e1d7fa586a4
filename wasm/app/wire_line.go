//go:build js

package main

import (
	"strconv"

	"wslab/server/wire"
	"wslab/wasm/internal/dom"
)

// A line is a row of the list in the document. It is written anew for each entry that it shows.
type line struct {
	id     string
	root   dom.Element
	parts  map[string]dom.Element
	now    map[string]string // what the parts read: to write is dear, to compare is not
	n      uint64            // the entry that it shows; 0 is none
	chosen bool
	gone   bool
}

func newLine(number int) *line {
	l := &line{id: "wire-row-" + strconv.Itoa(number), root: dom.Clone("wire-row"), parts: map[string]dom.Element{}, now: map[string]string{}}
	l.root.SetAttr("id", l.id)
	for _, part := range l.root.All("[data-part]") {
		l.parts[part.Data("part")] = part
	}
	return l
}

func (l *line) hide() {
	if !l.gone {
		l.root.Hide(true)
	}
	l.gone = true
}

// show writes an entry in the row.
func (l *line) show(row int, e *wire.Entry, chosen bool, w words) {
	if l.gone {
		l.root.Hide(false)
		l.gone = false
	}
	if l.n == e.N && l.chosen == chosen {
		return
	}
	l.n, l.chosen = e.N, chosen
	r := rowOf(e, w)
	l.attr("aria-rowindex", strconv.Itoa(row+2))
	l.attr("aria-selected", strconv.FormatBool(chosen))
	l.attr("data-voice", r.voice)
	l.attr("data-way", r.way)
	l.attr("data-about", r.about)
	l.attr("data-trouble", r.trouble)
	l.text("time", r.time)
	l.text("who", r.who)
	l.text("way", r.arrow)
	l.text("kind", r.kind)
	l.text("length", r.length)
	l.text("marks", r.marks)
	l.text("event", r.event)
	l.text("text", r.text)
	l.text("notes", r.notes)
	l.text("handler", r.handler)
	if was := l.now["towards"]; was != r.towards {
		l.now["towards"] = r.towards
		l.parts["way"].SetAttr("aria-label", r.towards)
	}
}

func (l *line) attr(name, value string) {
	if was, known := l.now[name]; !known || was != value {
		l.now[name] = value
		l.root.SetAttr(name, value)
	}
}

func (l *line) text(part, value string) {
	if l.now["="+part] != value {
		l.now["="+part] = value
		l.parts[part].SetText(value)
	}
}
