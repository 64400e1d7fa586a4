//go:build js

package main

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"unicode/utf8"

	"wslab/server/wire"
	"wslab/wasm/internal/dom"
)

// A detail shows one entry whole.
type detail struct {
	of     *inspector
	root   dom.Element
	ruler  *ruler
	views  *tabs
	opened bool
}

func newDetail(i *inspector) *detail {
	d := &detail{of: i, root: dom.ID("wire-detail"), ruler: newRuler(i.words)}
	d.views = newTabs(dom.ID("wire-body-views"), func(string) { d.body() })
	d.root.One("[data-do=close-detail]").OnClick(d.close)
	d.root.OnKey(func(key string) bool {
		if key == "Escape" {
			d.close()
		}
		return key == "Escape"
	})
	return d
}

func (d *detail) open() {
	d.opened = true
	d.refresh()
	dom.ID("wire").ScrollIntoView()
}

func (d *detail) close() {
	inside := d.root.Holds()
	d.opened = false
	d.refresh()
	if inside {
		d.of.list.root.Focus()
	}
}

// refresh shows the chosen entry, where the detail is open.
func (d *detail) refresh() {
	e := d.of.chosen()
	d.root.Hide(!d.opened || e == nil)
	if !d.opened || e == nil {
		return
	}
	w := d.of.words
	r := rowOf(e, w)
	d.root.SetData("voice", r.voice)
	d.part("title", w.say("wire.entry", "n", strconv.FormatUint(e.N, 10)))
	d.part("what", strings.TrimSpace(r.who+" "+r.arrow+" "+r.kind))
	d.part("at", w.say("wire.at", "time", r.time, "conn", strconv.Itoa(int(e.Conn))))
	d.part("trouble", r.marks)
	d.part("event", e.Event)
	d.part("handler", strings.TrimSpace(e.Handler+" "+e.Place))
	d.part("meaning", d.meaning(e, r))
	framed := e.Frame != nil && e.Frame.Size > 0 // a packet over HTTP has no header
	d.root.One("[data-part=header]").Hide(!framed)
	if framed {
		d.ruler.draw(e.Frame)
	}
	d.offer(e)
	d.body()
}

// part writes a part of the detail, which takes no room where there is nothing to say.
func (d *detail) part(name, text string) {
	part := d.root.One("[data-part=" + name + "]")
	part.SetText(text)
	part.Parent().Hide(text == "")
}

func (d *detail) meaning(e *wire.Entry, r row) string {
	switch {
	case e.Head != nil:
		return e.Head.Line
	case e.Frame == nil, e.Frame.Opcode == wire.Close:
		return strings.TrimSpace(r.text + " " + r.notes)
	}
	return r.notes
}

// offer offers the views that an entry has.
func (d *detail) offer(e *wire.Entry) {
	has := map[string]bool{}
	if e.Frame != nil {
		has = map[string]bool{"text": true, "json": true, "hex": true, "raw": e.Frame.Size > 0}
	}
	if e.Head != nil {
		has = map[string]bool{"headers": true, "text": e.Head.Body != ""}
	}
	d.views.offer(has)
	dom.ID("wire-body-part").Hide(len(has) == 0)
}

// body shows the payload, or the headers, in the chosen view.
func (d *detail) body() {
	e := d.of.chosen()
	if e == nil || !d.opened {
		return
	}
	view := d.views.chosen
	headers := dom.ID("wire-headers")
	headers.Hide(view != "headers")
	text, note := "", ""
	switch {
	case view == "headers" && e.Head != nil:
		d.headers(headers, e.Head)
		note = d.of.words["wire.masked"]
		if !strings.Contains(e.Head.Line+headers.Text(), "•••") {
			note = ""
		}
	case e.Head != nil:
		text = e.Head.Body
	case e.Frame != nil:
		text, note = d.payload(e.Frame, view)
	}
	pre := dom.ID("wire-text")
	pre.SetText(text)
	pre.Hide(text == "")
	pre.SetData("view", view)
	dom.ID("wire-note").SetText(note)
	dom.ID("wire-note").Hide(note == "")
}

func (d *detail) headers(table dom.Element, h *wire.Head) {
	rows := table.One("tbody")
	rows.Clear()
	for _, field := range h.Headers {
		row := dom.Clone("wire-header")
		row.One("th").SetText(field.Name)
		row.One("td").SetText(field.Value)
		rows.Append(row)
	}
}

// payload is what a view shows of a frame, and what there is to know about it.
func (d *detail) payload(f *wire.Frame, view string) (text, note string) {
	w := d.of.words
	width, _ := d.root.Size()
	columns := 16
	if width < 640 {
		columns = 8
	}
	kept := ""
	if n := uint64(len(f.Payload)); n < f.Length-f.Short {
		kept = w.say("wire.kept", "n", strconv.FormatUint(n, 10), "m", strconv.FormatUint(f.Length, 10))
	}
	switch view {
	case "hex":
		return dump(f.Payload, 0, columns), kept
	case "raw":
		header, payload := crossed(f)
		text = dump(header, 0, columns)
		if len(payload) > 0 {
			text += "\n" + dump(payload, len(header), columns)
		}
		return text, strings.TrimSpace(w[rawKey(f)] + " " + kept)
	}
	message, note := d.message(f)
	if note == "" {
		note = kept
	}
	switch {
	case len(message) == 0 && note == "":
		return "", w["wire.empty"]
	case view == "json":
		return indented(message, note, w)
	case !utf8.Valid(message) && kept == "":
		return dump(message, 0, columns), w["wire.bytes"]
	}
	return strings.ToValidUTF8(string(message), "\uFFFD"), note
}

func rawKey(f *wire.Frame) string {
	if f.Masked {
		return "wire.raw.masked"
	}
	return "wire.raw.plain"
}

// message is what a frame says, inflated where it is compressed.
func (d *detail) message(f *wire.Frame) (message []byte, note string) {
	w := d.of.words
	switch {
	case f.Inflated != nil:
		return f.Inflated, w.say("wire.inflated", "n", strconv.FormatUint(f.Length, 10), "m", strconv.Itoa(len(f.Inflated)))
	case f.RSV&4 != 0 && !f.Final && f.Breaks == "":
		return nil, w["wire.inflated.later"]
	case f.Opcode == wire.Close && len(f.Payload) >= 2:
		return f.Payload[2:], w["wire.close.code"]
	}
	return f.Payload, ""
}

// indented is JSON laid out for reading; what is no JSON stays as it is.
func indented(message []byte, note string, w words) (text, remark string) {
	var b bytes.Buffer
	if err := json.Indent(&b, message, "", "  "); err != nil {
		return strings.ToValidUTF8(string(message), "\uFFFD"), strings.TrimSpace(w.say("wire.json", "error", err.Error()) + " " + note)
	}
	return b.String(), note
}
