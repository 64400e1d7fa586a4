//go:build js

package main

import (
	"fmt"
	"strings"
	"time"

	"wslab/server/transport"
	"wslab/wasm/internal/dom"
)

// longest is how many lines a strip keeps.
const longest = 500

// A strip is a list that grows downwards and shows its end, unless somebody scrolled up to read.
type strip struct{ list dom.Element }

func (s strip) add(line dom.Element) {
	frame := s.list.Parent()
	follow := frame.AtEnd()
	s.list.Append(line)
	if s.list.Len() > longest {
		s.list.RemoveFirst()
	}
	if follow {
		frame.ScrollToEnd()
	}
}

// stamp writes a time that can be compared with the other strips.
func stamp(e dom.Element, at time.Time) {
	e.SetText(at.Local().Format("04:05.000"))
	e.SetAttr("datetime", at.Format(time.RFC3339Nano))
}

// A trace is a strip of what crosses one connection.
type trace struct {
	strip
	words words
}

func newTrace(id string, w words) trace { return trace{strip{dom.ID(id)}, w} }

// message shows a message as it stands on the wire.
func (w trace) message(toServer bool, text []byte) { w.add(w.line(toServer, string(text))) }

// plain shows a message that is no event: text as it stands, bytes in hexadecimal.
func (w trace) plain(toServer bool, m transport.Message) {
	if !m.Binary {
		w.add(w.line(toServer, string(m.Data)))
		return
	}
	line := w.line(toServer, fmt.Sprintf("% x", m.Data))
	line.SetData("binary", "")
	w.add(line)
}

// control shows something about the connection itself.
func (w trace) control(toServer bool, text string) {
	line := w.line(toServer, text)
	line.SetData("control", "")
	w.add(line)
}

// fault shows something that went wrong with the connection.
func (w trace) fault(text string) {
	line := w.line(false, text)
	line.SetData("control", "")
	line.SetData("fault", "")
	w.add(line)
}

// note shows something that did not cross the connection.
func (w trace) note(text string) {
	line := dom.Clone("log-line")
	line.SetData("control", "")
	stamp(line.One("time"), time.Now())
	line.One("code").SetText(text)
	w.add(line)
}

func (w trace) line(toServer bool, text string) dom.Element {
	direction, arrow, word := "in", "←", "log.received"
	if toServer {
		direction, arrow, word = "out", "→", "log.sent"
	}
	line := dom.Clone("log-line")
	line.SetData("direction", direction)
	stamp(line.One("time"), time.Now())
	line.One(".arrow").SetText(arrow)
	line.One("[data-part=direction]").SetText(w.words[word])
	before, event, after := aroundEvent(text)
	line.One("[data-part=before]").SetText(before)
	line.One("[data-part=event]").SetText(event)
	line.One("[data-part=after]").SetText(after)
	return line
}

// aroundEvent splits a raw message at the name of its event, which is what the eye looks for.
func aroundEvent(raw string) (before, event, after string) {
	const key = `"event":"`
	before, rest, found := strings.Cut(raw, key)
	event, after, closed := strings.Cut(rest, `"`)
	if !found || !closed {
		return raw, "", ""
	}
	return before + key, event, `"` + after
}
