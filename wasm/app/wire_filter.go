//go:build js

package main

import (
	"strings"

	"wslab/server/wire"
)

// A filter says which entries are shown: those that nothing in it keeps out.
type filter struct {
	out  map[string]bool // "ana", "bob", "other", "up", "down", "handshake", "data", "control", "faults"
	text string          // that an entry must hold, in lower case; or ""
}

// lets reports whether an entry is shown.
func (f filter) lets(e *wire.Entry) bool {
	way := "down"
	if e.Up {
		way = "up"
	}
	switch {
	case f.out[voice(e.Client)]:
		return false
	case f.out[way] && e.Kind != wire.Fault:
		return false
	case f.out[about(e)] && (f.out["faults"] || !troubled(e)):
		return false
	}
	return f.text == "" || holds(e, f.text)
}

// voice is who speaks: "ana", "bob" or "other".
func voice(client string) string {
	if client == "ana" || client == "bob" {
		return client
	}
	return "other"
}

// about is what an entry is about.
func about(e *wire.Entry) string {
	switch {
	case e.Kind == wire.Fault:
		return "faults"
	case e.Frame == nil:
		return "handshake"
	case e.Frame.Opcode.Control():
		return "control"
	}
	return "data"
}

// troubled reports whether something is wrong with an entry, on purpose or not.
func troubled(e *wire.Entry) bool {
	return e.Kind == wire.Fault || e.Lost || len(e.Faults) > 0 || e.Frame != nil && (e.Frame.Breaks != "" || e.Frame.Short > 0)
}

// holds reports whether a text, in lower case, stands anywhere in an entry.
func holds(e *wire.Entry, text string) bool {
	for _, s := range []string{e.Event, e.Handler, e.Place, e.Client, strings.Join(e.Faults, ",")} {
		if within(s, text) {
			return true
		}
	}
	if f := e.Frame; f != nil {
		return within(f.Opcode.String(), text) || within(string(f.Payload), text) || within(string(f.Inflated), text)
	}
	if e.Head == nil {
		return within(string(e.Kind), text)
	}
	for _, h := range e.Head.Headers {
		if within(h.Name, text) || within(h.Value, text) {
			return true
		}
	}
	return within(e.Head.Line, text) || within(e.Head.Body, text)
}

// within reports whether text, in lower case, stands in s.
func within(s, text string) bool {
	return len(s) >= len(text) && strings.Contains(strings.ToLower(s), text)
}
