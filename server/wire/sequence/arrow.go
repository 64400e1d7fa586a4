package sequence

import "strings"

// draw draws a row.
func (d *Diagram) draw(b *strings.Builder, v View, i int) {
	e, r := d.Entry(i), d.row(i)
	d.open(b, v, i, r)
	b.WriteString("<title>")
	b.WriteString(markup.Replace(d.spoken(v, r)))
	b.WriteString("</title>")
	empty(b, "rect", "class", "band", "width", px(d.Width(v)), "height", px(v.Row()))
	if !v.narrow() {
		text(b, seconds(e.At), "class", "time", "x", "12", "y", px(shaftY+2))
	}
	if r.shape == fault {
		d.box(b, v, r)
	} else {
		d.arrow(b, v, r)
		d.label(b, v, r)
		d.note(b, v, r)
	}
	b.WriteString("</g>")
}

// open opens the group of a row.
func (d *Diagram) open(b *strings.Builder, v View, i int, r row) {
	n := d.Entry(i).N
	class := "row " + string(r.shape) + " " + d.speaker(r).Voice
	if r.mark != "" {
		class += " faulty"
	}
	if n > 0 && n == v.Selected {
		class += " selected"
	}
	pairs := []string{"class", class, "transform", "translate(0 " + px(d.y(v, i)) + ")"}
	if v.Options {
		selected := "false"
		if n == v.Selected {
			selected = "true"
		}
		pairs = append(pairs, "id", "sequence-"+decimal(n), "role", "option", "aria-selected", selected)
	}
	tag(b, "g", pairs...)
}

// speaker is whose row it is.
func (d *Diagram) speaker(r row) Participant {
	if r.up {
		return d.people[r.column]
	}
	return d.people[serverColumn]
}

// spoken is a row in words: "Ana → server: message {"text":"hi"}".
func (d *Diagram) spoken(v View, r row) string {
	from, to := d.people[r.column].Name, d.people[serverColumn].Name
	if v.Server != "" {
		to = v.Server
	}
	if !r.up {
		from, to = to, from
	}
	s := from + " → " + to + ": " + r.text(maxDetail)
	if note := r.note(maxDetail); note != "" {
		s += " · " + note
	}
	return s
}

// arrow draws who speaks to whom: slanted where it is late, with a cross where it breaks.
func (d *Diagram) arrow(b *strings.Builder, v View, r row) {
	from, to := d.x(v, r.column), d.x(v, serverColumn)
	if !r.up {
		from, to = to, from
	}
	forward := 1
	if to < from {
		forward = -1
	}
	y1, y2 := shaftY, shaftY
	if r.late {
		y1, y2 = y1-slant, y2+slant
	}
	if r.dropped || r.lost {
		end := from + int(float64(to-from)*broken)
		horizontal(b, "shaft", from, end-5*forward, y1, y2)
		cross(b, end, y2)
		return
	}
	if r.handler != "" {
		empty(b, "rect", "class", "at-work", "x", px(to-4), "y", px(shaftY-8), "width", "8", "height", "18", "rx", "1")
		to -= 4 * forward
	}
	horizontal(b, "shaft", from, to-7*forward, y1, y2)
	d.point(b, r, to, y2, forward)
}

// point draws the head of an arrow: open where it carries no message.
func (d *Diagram) point(b *strings.Builder, r row, x, y, forward int) {
	back := px(-8 * forward)
	if r.shape == handshake || r.shape == ending || r.shape == control {
		empty(b, "path", "class", "point open", "d", "M"+px(x-8*forward)+" "+px(y-4)+"L"+px(x)+" "+px(y)+"l"+back+" 4")
		empty(b, "path", "class", "shaft", "d", "M"+px(x-7*forward)+" "+px(y)+"H"+px(x))
		return
	}
	empty(b, "path", "class", "point", "d", "M"+px(x)+" "+px(y)+"l"+back+" -4v8z")
}

// span is the room for the label of a client's arrow: from its lifeline to its neighbour's on the left, or
// to the server's.
func (d *Diagram) span(v View, column int) (left, right int) {
	if column == anaColumn {
		return d.x(v, anaColumn), d.x(v, serverColumn)
	}
	return d.x(v, column-1), d.x(v, column)
}

// label writes above the arrow what it carries, and what went wrong; where it is narrow, some of it below.
func (d *Diagram) label(b *strings.Builder, v View, r row) {
	left, right := d.span(v, r.column)
	room := int(float64(right-left-20) / cell)
	if v.narrow() {
		d.stacked(b, v, r, left+10, room)
		return
	}
	least := 0 // room for what went wrong, rather than for what is carried
	if r.mark != "" {
		least = min(cells(r.mark)+1, room/2)
	}
	label := oneLine(r.label, room-least)
	detail := r.short(room - cells(label) - 1 - least)
	mark := oneLine(r.mark, room-cells(label)-cells(detail)-2)
	line(b, left+10, textY, "event", label, "detail", detail, "mark", mark)
}

// stacked writes a label above and below its arrow.
func (d *Diagram) stacked(b *strings.Builder, v View, r row, x, room int) {
	label := oneLine(r.label, room)
	if r.detail == "" {
		line(b, x, textY, "event", label)
		line(b, x, shaftY+15, "mark", oneLine(r.mark, room))
		return
	}
	line(b, x, textY, "event", label, "mark", oneLine(r.mark, room-cells(label)-1))
	line(b, x, shaftY+15, "detail", r.short(room))
}

// line writes the parts of a text, each after its class.
func line(b *strings.Builder, x, y int, pairs ...string) {
	tag(b, "text", "class", "label", "x", px(x), "y", px(y))
	for i := 0; i < len(pairs); i += 2 {
		if pairs[i+1] == "" {
			continue
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		tag(b, "tspan", "class", pairs[i])
		b.WriteString(markup.Replace(pairs[i+1]))
		b.WriteString("</tspan>")
	}
	b.WriteString("</text>")
}

// note writes what handles a message, on the other side of the server.
func (d *Diagram) note(b *strings.Builder, v View, r row) {
	if r.handler == "" {
		return
	}
	server := d.x(v, serverColumn)
	if r.column == anaColumn {
		room := int(float64(d.x(v, bobColumn)-server-24) / cell)
		text(b, r.note(room), "class", "note", "x", px(server+12), "y", px(shaftY+4))
		return
	}
	room := int(float64(server-d.x(v, anaColumn)-24) / cell)
	text(b, r.note(room), "class", "note before", "x", px(server-12), "y", px(shaftY+4))
}

// box writes between client and server what somebody did to the connection.
func (d *Diagram) box(b *strings.Builder, v View, r row) {
	left, right := d.span(v, r.column)
	empty(b, "rect", "class", "deed", "x", px(left+8), "y", "7", "width", px(right-left-16), "height", "22", "rx", "2")
	room := int(float64(right-left-28) / cell)
	text(b, oneLine("! "+r.label, room), "class", "label mark", "x", px(left+14), "y", "22")
}
