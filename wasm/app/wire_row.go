//go:build js

package main

import (
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"wslab/server/wire"
)

// A row is what the list says of an entry.
type row struct {
	time, who, voice    string
	way, arrow, towards string // the direction: "up" or "down", as an arrow, in words
	about, trouble      string // what it is about; "yes" where something is wrong
	kind, length        string
	marks, notes        string // what is wrong; what else there is to know
	event, text         string
	handler             string
}

// previewed is how many bytes of a payload a row shows at most: wider than any screen.
const previewed = 240

func rowOf(e *wire.Entry, w words) row {
	r := row{
		time: inSeconds(e.At), who: name(e.Client, w), voice: voice(e.Client),
		way: "down", arrow: "←", towards: w["wire.down"],
		about: about(e), kind: w["wire.kind."+string(e.Kind)],
		marks: strings.Join(troubles(e, w), " · "), event: e.Event, text: meaning(e, w), handler: handler(e),
	}
	if e.Up {
		r.way, r.arrow, r.towards = "up", "→", w["wire.up"]
	}
	if e.Kind == wire.Fault {
		r.arrow, r.towards = "", ""
	}
	if troubled(e) {
		r.trouble = "yes"
	}
	if f := e.Frame; f != nil {
		r.kind, r.length = kindOf(f, w), strconv.FormatUint(f.Length, 10)
		r.notes = strings.Join(notes(f, w), " · ")
	}
	return r
}

// inSeconds writes a time since the log began.
func inSeconds(at time.Duration) string {
	return strconv.FormatFloat(at.Seconds(), 'f', 3, 64)
}

// name is what a client is called on the page.
func name(client string, w words) string {
	switch {
	case client == "ana" || client == "bob":
		return w["wire."+client]
	case strings.HasPrefix(client, "other "):
		return w["wire.other"] + client[len("other"):]
	}
	return client
}

// kindOf is the opcode, as the RFC names it; a packet over HTTP has none.
func kindOf(f *wire.Frame, w words) string {
	switch {
	case f.Size == 0:
		return w["wire.kind.packet"]
	case f.Opcode == wire.Continuation:
		return w["wire.kind.continuation"]
	}
	return f.Opcode.String()
}

// handler is the function that handles the message and where it stands, the file without its folders.
func handler(e *wire.Entry) string {
	return strings.TrimSpace(e.Handler + " " + e.Place[strings.LastIndexByte(e.Place, '/')+1:])
}

// meaning is what an entry says, in one line.
func meaning(e *wire.Entry, w words) string {
	switch {
	case e.Kind == wire.Request && e.Head != nil:
		return preview([]byte(asked(e.Head.Line)))
	case e.Kind == wire.Answer && e.Head != nil:
		return strings.TrimPrefix(e.Head.Line, "HTTP/1.1 ")
	case e.Kind == wire.End:
		return w[ending(e)]
	case e.Frame == nil:
		return ""
	case e.Frame.Opcode == wire.Close && e.Frame.Code != 0:
		return strings.TrimSpace(strconv.Itoa(e.Frame.Code) + " " + preview([]byte(e.Frame.Reason)))
	}
	return said(e)
}

// asked is a request's method and address, without what names the page, which knows itself.
func asked(line string) string {
	line, query, _ := strings.Cut(strings.TrimSuffix(line, " HTTP/1.1"), "?")
	mark := "?"
	for part := range strings.SplitSeq(query, "&") {
		switch name, _, _ := strings.Cut(part, "="); name {
		case "", "page", "as", "faults":
		default:
			line += mark + part
			mark = "&"
		}
	}
	return line
}

// ending is the key of the word for who ended a connection, and how.
func ending(e *wire.Entry) string {
	if e.Polled {
		return "wire.end.polled"
	}
	how, who := "fin", "server"
	if e.Reset {
		how = "rst"
	}
	if e.Up {
		who = "client"
	}
	return "wire.end." + how + "." + who
}

// said is the payload of a frame in one line; of an event, whose name stands before it, the data alone.
func said(e *wire.Entry) string {
	payload := e.Frame.Payload
	if e.Frame.Inflated != nil {
		payload = e.Frame.Inflated
	}
	text := preview(payload)
	if data, found := strings.CutPrefix(text, `{"event":"`+e.Event+`"`); found && e.Event != "" {
		return strings.TrimSuffix(strings.TrimPrefix(strings.TrimPrefix(data, ","), `"data":`), "}")
	}
	return text
}

// preview is the beginning of a payload in one line: text where it is text, else bytes.
func preview(payload []byte) string {
	cut := len(payload) > previewed
	if cut {
		payload = payload[:previewed]
		for len(payload) > 0 && !utf8.RuneStart(payload[len(payload)-1]) {
			payload = payload[:len(payload)-1]
		}
		payload = payload[:max(0, len(payload)-1)]
	}
	if !utf8.Valid(payload) {
		return hexOf(payload[:min(len(payload), previewed/4)], " ")
	}
	text := strings.Map(visible, string(payload))
	if cut {
		text += "…"
	}
	return text
}

// visible replaces what would break a line, or turn its direction.
func visible(r rune) rune {
	switch {
	case r == '\n':
		return '↵'
	case r < ' ' || r >= 0x7F && r < 0xA0 || r == '\u2028' || r == '\u2029':
		return '·'
	case r == '\u200E' || r == '\u200F' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069':
		return '·'
	}
	return r
}

// troubles are what is wrong with an entry, in words.
func troubles(e *wire.Entry, w words) (all []string) {
	for _, fault := range e.Faults {
		all = append(all, faultSaid(fault, e.Kind == wire.Fault, w))
	}
	if e.Lost {
		all = append(all, "× "+w["wire.lost"])
	}
	if f := e.Frame; f != nil {
		if f.Breaks != "" {
			all = append(all, w["wire.breaks."+f.Breaks])
		}
		if f.Short > 0 {
			all = append(all, w.say("wire.short", "n", strconv.FormatUint(f.Short, 10)))
		}
	}
	return all
}

// faultSaid says a fault in words: what was done to a frame or a connection, or what was asked for.
func faultSaid(fault string, asked bool, w words) string {
	name, value, valued := strings.Cut(fault, "=")
	word := w["wire.did."+name]
	if word == "" || asked && valued {
		return fault
	}
	return w.say("wire.did."+name, "value", value)
}

// notes are what else there is to know about a frame.
func notes(f *wire.Frame, w words) (all []string) {
	switch {
	case f.Opcode.Control():
	case !f.Final:
		all = append(all, w["wire.fragment"])
	case f.Opcode == wire.Continuation:
		all = append(all, w["wire.fragment.last"])
	}
	if f.RSV&4 != 0 && f.Breaks == "" || f.Inflated != nil {
		all = append(all, w["wire.compressed"])
	}
	return all
}
