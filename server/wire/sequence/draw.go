package sequence

import (
	"strconv"
	"strings"
	"time"
)

// Sizes in pixels.
const (
	HeadHeight = 32

	shaftY   = 24   // of the arrow in its row
	textY    = 16   // of the text above it
	slant    = 5    // how much higher than the middle a late arrow begins, and lower it ends
	cell     = 7.25 // how wide a character is, about, at 12 pixels
	gutter   = 54   // for the time
	leastGap = 132  // between two lifelines
	broken   = 0.6  // how far an arrow comes that does not arrive
)

// A View says how a diagram is drawn.
type View struct {
	Width    int    // in pixels; a diagram of many participants is wider
	Server   string // what the server is called, where not "server"
	Selected uint64 // the number of the entry that is selected
	Options  bool   // a row is an option of a list box, with the id "sequence-" and its number
}

// narrow reports whether there is no room for times and names.
func (v View) narrow() bool { return v.Width < 560 }

// Row returns how high a row is. Where it is narrow, what a message carries goes below its arrow.
func (v View) Row() int {
	if v.narrow() {
		return 48
	}
	return 36
}

func (d *Diagram) margins(v View) (left, right int) {
	switch {
	case v.narrow():
		return 20, 20
	case len(d.people) > bobColumn+1: // names of any length
		return gutter + 30, 48
	}
	return gutter + 30, 32
}

// Width returns how wide a diagram is drawn.
func (d *Diagram) Width(v View) int {
	left, right := d.margins(v)
	return max(v.Width, left+right+(len(d.people)-1)*leastGap)
}

// x is where a column's lifeline is.
func (d *Diagram) x(v View, column int) int {
	left, right := d.margins(v)
	return left + column*(d.Width(v)-left-right)/(len(d.people)-1)
}

// Head draws the names of the participants, HeadHeight high.
func (d *Diagram) Head(v View) string {
	var b strings.Builder
	for column, p := range d.people {
		name := p.Name
		if column == serverColumn && v.Server != "" {
			name = v.Server
		}
		if v.narrow() && column != serverColumn {
			name = initials(name)
		}
		half := int(float64(cells(name))*cell*13/12)/2 + 10
		x := d.x(v, column)
		tag(&b, "g", "class", "person "+p.Voice)
		empty(&b, "rect", "x", px(x-half), "y", "4", "width", px(2*half), "height", "24", "rx", "2")
		text(&b, name, "x", px(x), "y", "20.5")
		b.WriteString("</g>")
	}
	return b.String()
}

// initials are what is left of a name where there is no room.
func initials(name string) string {
	short := ""
	for _, word := range strings.Fields(name) {
		if word[0] >= '0' && word[0] <= '9' {
			short += word
			continue
		}
		short += strings.ToUpper(string([]rune(word)[:1]))
	}
	return oneLine(short, 4)
}

// Rows draws the rows from one to before another, and the lifelines behind them. Row 0 is at the top.
func (d *Diagram) Rows(v View, from, to int) string {
	from, to = max(from, d.first), min(to, d.End())
	var b strings.Builder
	if from >= to {
		return ""
	}
	vertical(&b, "life server", d.x(v, serverColumn), d.y(v, from), d.y(v, to))
	for _, line := range d.lines {
		d.life(&b, v, line, from, to)
	}
	for i := from; i < to; i++ {
		d.draw(&b, v, i)
	}
	return b.String()
}

// y is where a row begins.
func (d *Diagram) y(v View, row int) int { return (row - d.first) * v.Row() }

// life draws what can be seen of a lifeline: dashed while the client waits for the answer.
func (d *Diagram) life(b *strings.Builder, v View, line *lifeline, from, to int) {
	if line.from >= to || line.to < from {
		return
	}
	x, voice := d.x(v, line.column), d.people[line.column].Voice
	at := func(row int) int { // where something that happens in a row is, in what can be seen
		switch {
		case row < from:
			return d.y(v, from)
		case row >= to:
			return d.y(v, to)
		}
		return d.y(v, row) + shaftY
	}
	begin, open, end := at(line.from), at(min(line.open, line.to)), at(line.to)
	if open > begin {
		vertical(b, "life opening "+voice, x, begin, open)
	}
	if line.open < line.to && end > open {
		vertical(b, "life "+voice, x, open, end)
	}
	if line.from >= from && line.open != line.from {
		empty(b, "circle", "class", "birth "+voice, "cx", px(x), "cy", px(begin), "r", "3.5")
	}
	switch {
	case line.to >= to:
	case line.lost:
		cross(b, x, end)
	default:
		horizontal(b, "death "+voice, x-7, x+7, end, end)
	}
}

func vertical(b *strings.Builder, class string, x, y1, y2 int) {
	empty(b, "line", "class", class, "x1", px(x), "y1", px(y1), "x2", px(x), "y2", px(y2))
}

func horizontal(b *strings.Builder, class string, x1, x2, y1, y2 int) {
	empty(b, "line", "class", class, "x1", px(x1), "y1", px(y1), "x2", px(x2), "y2", px(y2))
}

// cross draws where something ends that should not have.
func cross(b *strings.Builder, x, y int) {
	empty(b, "path", "class", "cross", "d", "M"+px(x-5)+" "+px(y-5)+"l10 10m0 -10l-10 10")
}

// seconds writes a time as "1.042".
func seconds(d time.Duration) string {
	return strconv.FormatFloat(d.Seconds(), 'f', 3, 64)
}

func px(n int) string { return strconv.Itoa(n) }

// tag opens an element; pairs are its attributes.
func tag(b *strings.Builder, name string, pairs ...string) { element(b, name, ">", pairs) }

// empty writes an element that holds nothing.
func empty(b *strings.Builder, name string, pairs ...string) { element(b, name, "/>", pairs) }

func element(b *strings.Builder, name, end string, pairs []string) {
	b.WriteByte('<')
	b.WriteString(name)
	for i := 0; i < len(pairs); i += 2 {
		b.WriteByte(' ')
		b.WriteString(pairs[i])
		b.WriteString(`="`)
		b.WriteString(markup.Replace(pairs[i+1]))
		b.WriteByte('"')
	}
	b.WriteString(end)
}

// text writes a text element.
func text(b *strings.Builder, s string, pairs ...string) {
	tag(b, "text", pairs...)
	b.WriteString(markup.Replace(s))
	b.WriteString("</text>")
}
