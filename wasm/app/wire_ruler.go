//go:build js

package main

import (
	"strconv"

	"wslab/server/wire"
	"wslab/wasm/internal/dom"
)

// A ruler draws the header of a frame, bit by bit and byte by byte. Each field says what it is when the
// keyboard or the pointer is at it.
type ruler struct {
	root   dom.Element
	says   dom.Element
	fields []dom.Element
	words  words
	frame  *wire.Frame
	at     string // the field that speaks
}

func newRuler(w words) *ruler {
	r := &ruler{root: dom.ID("wire-ruler"), says: dom.ID("wire-ruler-says"), words: w, at: "opcode"}
	r.fields = r.root.All("[data-field]")
	for _, field := range r.fields {
		name := field.Data("field")
		for _, event := range []string{"focus", "mouseenter", "click"} {
			field.On(event, func() { r.point(name) })
		}
	}
	r.root.OnKey(r.press)
	return r
}

// draw draws the header of a frame.
func (r *ruler) draw(f *wire.Frame) {
	r.frame = f
	header := f.Header.Append(nil)
	for name, b := range parts(header, f.Masked) {
		group := r.root.One("[data-bytes=" + name + "]")
		group.Hide(len(b) == 0)
		group.One("[data-part=hex]").SetText(hexOf(b, " "))
	}
	for _, field := range r.fields {
		field.One("[data-part=bits]").SetText(bits(header, f, field.Data("field")))
	}
	if r.root.One("[data-field=" + r.at + "]").Visible() {
		r.point(r.at)
	} else {
		r.point("opcode")
	}
}

// parts are the bytes of a header by what they hold.
func parts(header []byte, masked bool) map[string][]byte {
	key := len(header)
	if masked {
		key -= 4
	}
	return map[string][]byte{"first": header[:1], "second": header[1:2], "extended": header[2:key], "key": header[key:]}
}

// bits are the bits of a field.
func bits(header []byte, f *wire.Frame, field string) string {
	first, second := bitsOf(header[:1]), bitsOf(header[1:2])
	switch field {
	case "fin":
		return first[:1]
	case "rsv1":
		return first[1:2]
	case "rsv2":
		return first[2:3]
	case "rsv3":
		return first[3:4]
	case "opcode":
		return first[4:]
	case "mask":
		return second[:1]
	case "length":
		return second[1:]
	case "payload":
		return strconv.FormatUint(f.Length, 10) + " B"
	}
	return bitsOf(parts(header, f.Masked)[field])
}

// point has a field say what it is.
func (r *ruler) point(name string) {
	r.at = name
	for _, field := range r.fields {
		tab, chosen := "-1", "false"
		if field.Data("field") == name {
			tab, chosen = "0", "true"
		}
		field.SetAttr("tabindex", tab)
		field.SetData("chosen", chosen)
	}
	r.says.SetText(sentence(r.frame, name, r.words))
}

// sentence says what a field is, and what its value here means.
func sentence(f *wire.Frame, field string, w words) string {
	if f == nil {
		return ""
	}
	header := f.Header.Append(nil)
	key := "wire.field." + field
	switch field {
	case "fin", "rsv1", "mask":
		key += "." + bits(header, f, field)
	case "rsv2", "rsv3":
		key = "wire.field.rsv." + bits(header, f, field)
	case "opcode":
		key = opcodeKey(f.Opcode)
	case "length":
		key += map[byte]string{126: ".16", 127: ".64"}[header[1]&0x7F]
	}
	return w.say(key, "n", strconv.FormatUint(f.Length, 10), "opcode", strconv.Itoa(int(f.Opcode)))
}

func opcodeKey(o wire.Opcode) string {
	if o > wire.Binary && o < wire.Close || o > wire.Pong {
		return "wire.opcode.unknown"
	}
	return "wire.opcode." + o.String()
}

// press goes from field to field.
func (r *ruler) press(key string) bool {
	step := map[string]int{"ArrowRight": 1, "ArrowLeft": -1}[key]
	if step == 0 {
		return false
	}
	var seen []dom.Element
	at := 0
	for _, field := range r.fields {
		if field.Visible() {
			if field.Data("field") == r.at {
				at = len(seen)
			}
			seen = append(seen, field)
		}
	}
	seen[(at+step+len(seen))%len(seen)].Focus()
	return true
}
