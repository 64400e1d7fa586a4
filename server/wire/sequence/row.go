package sequence

import (
	"path"
	"strconv"
	"strings"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/wire"
)

// A shape is how a row is drawn.
type shape string

const (
	handshake shape = "handshake" // HTTP
	message   shape = "message"
	fragment  shape = "fragment" // of a message that goes on
	control   shape = "control"  // ping, pong
	closing   shape = "close"
	ending    shape = "end" // of the network connection
	fault     shape = "fault"
)

// A row is what an entry says in a diagram.
type row struct {
	shape   shape
	column  int // the client's
	up      bool
	label   string // what it is
	detail  string // what it carries
	data    string // … where that is JSON
	handler string // what handles it
	place   string // … and where that stands
	mark    string // what went wrong or was made to
	dropped bool
	late    bool
	lost    bool
}

// row returns what a row says.
func (d *Diagram) row(i int) row {
	e := d.Entry(i)
	r := row{column: d.column(e.Client), up: e.Up}
	switch e.Kind {
	case wire.Request, wire.Answer:
		r.shape = handshake
		r.heads(e)
	case wire.End:
		r.end(e)
	case wire.Fault:
		r.shape, r.label = fault, oneLine(strings.Join(e.Faults, ", "), maxDetail)
	default:
		r.frame(e)
	}
	if r.column == maxColumns-1 && d.people[r.column].Name == others {
		r.label = oneLine(e.Client, maxName) + ": " + r.label
	}
	return r
}

// heads reads the first line of a request, or of what answers it.
func (r *row) heads(e wire.Entry) {
	if e.Head == nil {
		r.label = string(e.Kind)
		return
	}
	first, rest, _ := strings.Cut(e.Head.Line, " ")
	if e.Kind == wire.Request {
		address, _, _ := strings.Cut(rest, " ")
		address, _, _ = strings.Cut(address, "?")
		r.label, r.detail = oneLine(first, maxEvent), oneLine(address, maxDetail)
		return
	}
	status, text, _ := strings.Cut(rest, " ")
	r.label, r.detail = oneLine(status, maxEvent), oneLine(text, maxDetail)
}

// upgraded reports whether an answer opens a WebSocket.
func upgraded(e wire.Entry) bool {
	return e.Head != nil && strings.Contains(e.Head.Line, " 101 ")
}

func (r *row) end(e wire.Entry) {
	r.shape, r.label, r.lost = ending, "FIN", e.Lost
	switch {
	case e.Polled:
		r.label = "end"
	case e.Reset:
		r.label = "RST"
	}
	if e.Lost {
		lost := gateway.ConnectionLost
		r.mark = strconv.Itoa(lost.Code) + " " + lost.Reason
	}
}

func (r *row) frame(e wire.Entry) {
	f := e.Frame
	if f == nil {
		f = new(wire.Frame)
	}
	r.label = f.Opcode.String()
	if e.Kind == wire.Packet { // which has none
		r.label = string(e.Kind)
	}
	switch {
	case f.Opcode == wire.Close:
		r.shape, r.detail = closing, oneLine(f.Reason, maxDetail)
		if f.Code != 0 {
			r.label += " " + strconv.Itoa(f.Code)
		}
	case f.Opcode.Control():
		r.shape, r.detail = control, oneLine(string(f.Payload), maxDetail)
	case !f.Final:
		r.shape, r.label = fragment, r.label+" …"
		r.detail = payload(f)
	default:
		r.shape = message
		r.message(e, f)
	}
	r.faults(e, f)
}

// message says a message's event and payload, and who handles it.
func (r *row) message(e wire.Entry, f *wire.Frame) {
	r.detail = payload(f)
	if e.Event != "" {
		r.label = oneLine(e.Event, maxEvent)
	}
	if p, err := jsonevent.Decode(said(f)); err == nil {
		r.packet(p)
	}
	if e.Up && e.Handler != "" {
		r.handler = strings.NewReplacer("(*", "", ")", "").Replace(oneLine(e.Handler, maxEvent))
		if e.Place != "" {
			r.place = oneLine(path.Base(e.Place), maxEvent)
		}
	}
}

func (r *row) packet(p *gateway.Packet) {
	r.data, r.detail = string(p.Data), oneLine(string(p.Data), maxDetail)
	switch p.Kind {
	case gateway.KindAck:
		r.label = "ack #" + decimal(p.ID)
		if p.Err != nil {
			r.data, r.detail = "", oneLine(p.Err.Code+": "+p.Err.Message, maxDetail)
		}
	case gateway.KindRequest:
		r.label = oneLine(p.Event, maxEvent) + " #" + decimal(p.ID)
	default:
		r.label = oneLine(p.Event, maxEvent)
	}
	if r.label == "" {
		r.label = `""`
	}
}

// said is what the message says that a frame ends.
func said(f *wire.Frame) []byte {
	if len(f.Inflated) > 0 {
		return f.Inflated
	}
	return f.Payload
}

// payload is what a frame carries, for people.
func payload(f *wire.Frame) string {
	switch {
	case len(f.Inflated) > 0:
		return oneLine(string(f.Inflated), maxDetail)
	case f.Opcode == wire.Binary || f.RSV != 0:
		return hex(f.Payload)
	}
	return oneLine(string(f.Payload), maxDetail)
}

// faults says what was done to a frame, and what is wrong about it.
func (r *row) faults(e wire.Entry, f *wire.Frame) {
	var marks []string
	for _, tag := range e.Faults {
		r.dropped = r.dropped || tag == "drop"
		r.late = r.late || strings.HasPrefix(tag, "delay=")
		marks = append(marks, strings.Replace(tag, "delay=", "+", 1))
	}
	if f.Breaks != "" {
		marks = append(marks, f.Breaks)
	}
	if f.Short > 0 {
		marks = append(marks, "−"+decimal(f.Short)+" B")
	}
	r.mark = oneLine(strings.Join(marks, " "), maxEvent)
	if r.dropped { // it never arrives
		r.handler, r.place = "", ""
	}
}

// note is what handles a message, in at most so many cells: where there is little room, only its place.
func (r row) note(room int) string {
	note := strings.TrimSpace(r.handler + " " + r.place)
	if cells(note) > room && r.place != "" {
		note = r.place
	}
	return oneLine(note, room)
}

// short is what a row carries, in at most so many cells.
func (r row) short(room int) string {
	switch {
	case room <= 1:
		return ""
	case r.data != "":
		return oneLine(brief(r.data, room), room)
	}
	return oneLine(r.detail, room)
}

// text is the whole row as text, in at most so many cells where what went wrong leaves room.
func (r row) text(room int) string {
	s, mark := r.label, ""
	if r.mark != "" {
		mark = " (" + r.mark + ")"
	}
	if detail := r.short(room - cells(mark) - cells(s) - 1); detail != "" {
		s += " " + detail
	}
	return oneLine(s, max(room-cells(mark), 8)) + mark
}
