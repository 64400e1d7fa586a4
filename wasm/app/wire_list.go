//go:build js

package main

import (
	"cmp"
	"slices"
	"strconv"

	"wslab/server/wire"
	"wslab/wasm/internal/dom"
)

// spare is how many rows more than can be seen there are, so that a scroll finds them drawn.
const spare = 6

// A list shows the entries that the filter lets through, a row each. However many they are, the document
// has only as many rows as can be seen: they are written anew as the list moves.
type list struct {
	of       *inspector
	follower             // its root scrolls, and has the keyboard
	space    dom.Element // as high as all rows
	rows     dom.Element // the rows that can be seen
	lines    []*line
	tall     float64 // the height of a row
	high     int     // how many rows can be seen
	first    int     // the entry in the first row
	count    int     // of the entries, when it was last drawn
}

func newList(i *inspector) *list {
	l := &list{of: i, follower: follower{root: dom.ID("wire-list"), follows: true}, space: dom.ID("wire-space"), rows: dom.ID("wire-rows"), count: -1}
	l.root.On("scroll", func() {
		l.moved()
		i.ask()
	})
	l.root.OnResize(l.resize)
	l.rows.OnClickAt(func(y int) {
		l.pick(l.first + int(float64(y)/l.tall))
		l.of.detail.open()
	})
	l.root.OnKey(l.press)
	dom.ID("wire-newest").OnClick(func() {
		l.follows = true
		l.root.Focus()
		i.ask()
	})
	return l
}

// resize makes as many rows as can be seen.
func (l *list) resize() {
	_, height := l.root.Size()
	if height == 0 {
		return
	}
	if len(l.lines) == 0 {
		l.add() // the first shows how high they are
		l.tall = l.lines[0].root.Tall()
		l.lines[0].hide()
	}
	if l.tall == 0 {
		return
	}
	l.high = int(float64(height) / l.tall)
	for len(l.lines) < l.high+spare {
		l.add()
	}
	l.of.ask()
}

func (l *list) add() {
	line := newLine(len(l.lines))
	l.rows.Append(line.root)
	l.lines = append(l.lines, line)
}

// draw writes the rows that can be seen.
func (l *list) draw() {
	if l.tall == 0 {
		return
	}
	shown := l.of.rows
	if len(shown) != l.count {
		l.count = len(shown)
		l.space.SetStyle("height", pixels(float64(l.count)*l.tall))
		l.root.SetAttr("aria-rowcount", strconv.Itoa(l.count+1))
	}
	if l.follows {
		l.root.ScrollToEnd()
	}
	l.first = max(0, min(int(float64(l.root.ScrollTop())/l.tall)-spare/2, l.count-len(l.lines)))
	l.rows.SetStyle("transform", "translateY("+pixels(float64(l.first)*l.tall)+")")
	active := ""
	for k, line := range l.lines {
		if l.first+k >= l.count {
			line.hide()
			continue
		}
		e := &shown[l.first+k]
		if e.N == l.of.selected {
			active = line.id
		}
		line.show(l.first+k, e, e.N == l.of.selected, l.of.words)
	}
	l.root.SetAttr("aria-activedescendant", active)
	dom.ID("wire-newest").Hide(l.follows || l.count <= l.high)
}

func pixels(n float64) string { return strconv.FormatFloat(n, 'f', -1, 64) + "px" }

// stale has every row written anew.
func (l *list) stale() {
	for _, line := range l.lines {
		line.n = 0
	}
}

// shift keeps what is read in its place when the n first entries have gone.
func (l *list) shift(n int) {
	l.stale()
	if !l.follows && n > 0 {
		l.root.SetScrollTop(max(0, l.root.ScrollTop()-int(float64(n)*l.tall)))
	}
}

// place is where the chosen entry stands in the list, or where it would.
func (l *list) place() int {
	row, _ := slices.BinarySearchFunc(l.of.rows, l.of.selected, func(e wire.Entry, n uint64) int { return cmp.Compare(e.N, n) })
	return row
}

// pick chooses the entry in a row, as near as there is one, and shows it.
func (l *list) pick(row int) {
	shown := l.of.rows
	if len(shown) == 0 {
		return
	}
	row = max(0, min(row, len(shown)-1))
	l.of.pick(shown[row].N)
	l.reveal(row)
}

// reveal scrolls as little as it takes to show a row.
func (l *list) reveal(row int) {
	top := l.root.ScrollTop()
	at := int(float64(row) * l.tall)
	switch bottom := at - int(float64(l.high-2)*l.tall); { // the head of the table takes the room of a row
	case at < top:
		l.follows = false
		l.root.SetScrollTop(at)
	case bottom > top:
		l.follows = row == len(l.of.rows)-1
		l.root.SetScrollTop(bottom)
	}
	l.of.ask()
}

// press moves the choice by the keyboard.
func (l *list) press(key string) bool {
	row := l.place()
	page := max(1, l.high-2)
	switch key {
	case "ArrowDown":
		if l.of.selected != 0 {
			row++
		}
	case "ArrowUp":
		row--
	case "PageDown":
		row += page
	case "PageUp":
		row -= page
	case "Home":
		row = 0
	case "End":
		row = len(l.of.rows) - 1
	case "Enter":
		if l.of.chosen() != nil {
			l.of.detail.open()
			l.of.detail.root.Focus()
		}
		return true
	case "Escape":
		if !l.of.detail.opened {
			return false
		}
		l.of.detail.close()
		return true
	default:
		return false
	}
	l.pick(row)
	return true
}
