// Package sequence turns what crossed some connections into a sequence diagram: the clients and the
// server, a lifeline each, and an arrow for each entry of the log, in the server's order.
//
// A [Diagram] grows with the log and draws any of its rows, so that a page needs to draw only those that
// can be seen. [Mermaid] and [SVG] write whole diagrams to take away. The package is portable and small,
// since it travels with the page: it makes text of text and knows no document.
package sequence

import (
	"strings"

	"wslab/server/wire"
)

// The columns that every diagram has, whoever speaks. Other clients follow to the right.
const (
	anaColumn = iota
	serverColumn
	bobColumn
)

// maxColumns is how many columns there are at most. Where more speak, the last is of all others.
const (
	maxColumns = 8
	others     = "…"
)

// A Participant has a column, and a lifeline in it.
type Participant struct {
	Name  string // "Ana"
	Voice string // whose colour it has: "ana", "server", "bob" or "other"
}

// A Diagram is what some entries look like: a row each. Rows are counted from 0, and keep their number
// when earlier ones are forgotten.
type Diagram struct {
	people  []Participant
	columns map[string]int // by the client's name in the log
	entries []wire.Entry
	first   int // the row of the first of them
	lines   []*lifeline
	conns   map[uint32]*lifeline
}

// A lifeline is the part of a column where a client has a connection.
type lifeline struct {
	conn   uint32
	column int
	from   int // the row in which it begins
	open   int // … in which the handshake is answered, or never
	to     int // … in which it ends, or never
	lost   bool
}

// never is a row that does not come.
const never = int(^uint(0) >> 1)

// New returns the diagram of some entries.
func New(entries ...wire.Entry) *Diagram {
	d := &Diagram{
		people:  []Participant{{"Ana", "ana"}, {"server", "server"}, {"Bob", "bob"}},
		columns: map[string]int{"ana": anaColumn, "bob": bobColumn},
		conns:   make(map[uint32]*lifeline),
	}
	d.Add(entries...)
	return d
}

// Add adds rows below.
func (d *Diagram) Add(entries ...wire.Entry) {
	for _, e := range entries {
		row := d.End()
		d.entries = append(d.entries, e)
		line := d.line(e, row)
		switch {
		case line.to != never:
		case e.Kind == wire.Answer && (upgraded(e) || e.Polled):
			line.open = min(line.open, row)
		case e.Kind == wire.Answer || e.Kind == wire.End:
			line.to, line.lost = row, e.Lost
		}
	}
}

// line returns the lifeline of an entry's connection, which may begin with it.
func (d *Diagram) line(e wire.Entry, row int) *lifeline {
	if line, known := d.conns[e.Conn]; known {
		return line
	}
	line := &lifeline{conn: e.Conn, column: d.column(e.Client), from: row, open: never, to: never}
	if e.Kind != wire.Request { // it has begun before what the diagram shows
		line.from = d.freeSince(line.column)
		line.open = line.from
	}
	d.lines = append(d.lines, line)
	d.conns[e.Conn] = line
	return line
}

// freeSince is the row in which the last lifeline of a column has ended.
func (d *Diagram) freeSince(column int) int {
	row := d.first
	for _, line := range d.lines {
		if line.column == column && line.to != never {
			row = max(row, line.to)
		}
	}
	return row
}

// column returns a client's column. The first clients that are neither Ana nor Bob get one each.
func (d *Diagram) column(client string) int {
	if column, known := d.columns[client]; known {
		return column
	}
	if len(d.people) == maxColumns {
		d.people[maxColumns-1].Name = others
		return maxColumns - 1
	}
	name := strings.TrimSpace(oneLine(client, maxName))
	if name == "" {
		name = "?"
	}
	d.people = append(d.people, Participant{name, "other"})
	d.columns[client] = len(d.people) - 1
	return len(d.people) - 1
}

// Start returns the first row, and End the one that comes next.
func (d *Diagram) Start() int { return d.first }

// End returns the row after the last.
func (d *Diagram) End() int { return d.first + len(d.entries) }

// Entry returns what a row shows.
func (d *Diagram) Entry(row int) wire.Entry { return d.entries[row-d.first] }

// Participants returns who has a column, from left to right.
func (d *Diagram) Participants() []Participant { return d.people }

// Forget forgets the rows before one, whose entries have made room in the log.
func (d *Diagram) Forget(before int) {
	n := min(max(before-d.first, 0), len(d.entries))
	clear(d.entries[:n])
	d.entries = d.entries[n:]
	d.first += n
	lines := d.lines[:0]
	for _, line := range d.lines {
		if line.to >= d.first {
			lines = append(lines, line)
		} else {
			delete(d.conns, line.conn)
		}
	}
	clear(d.lines[len(lines):])
	d.lines = lines
}

// Row returns the row of an entry, by the entry's number, or the row where it would be.
func (d *Diagram) Row(n uint64) (row int, found bool) {
	low, high := 0, len(d.entries)
	for low < high {
		if middle := (low + high) / 2; d.entries[middle].N < n {
			low = middle + 1
		} else {
			high = middle
		}
	}
	return d.first + low, low < len(d.entries) && d.entries[low].N == n
}
