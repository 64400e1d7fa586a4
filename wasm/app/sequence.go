//go:build js

package main

import (
	"strconv"

	"wslab/server/wire"
	"wslab/server/wire/sequence"
	"wslab/wasm/internal/dom"
)

// A watched is what the page has seen of the wire, and which of it is selected.
type watched interface {
	shown() []wire.Entry // what the filter lets through, oldest first
	picked() uint64      // the number of the entry that is selected, or 0
	pick(n uint64)
	open()       // shows all of what is selected
	close() bool // … no more; false where it is not shown
}

func (i *inspector) open() { i.detail.open() }

func (i *inspector) close() bool {
	was := i.detail.opened
	i.detail.close()
	return was
}

// A score is the wire as a sequence diagram. Only the rows that can be seen are in the page.
type score struct {
	words   words
	lesson  string
	wire    watched
	diagram *sequence.Diagram
	frame   *dom.Frame

	paper, head, rows, said dom.Element

	follower // the paper
	view     sequence.View
	revealed uint64    // the entry that has been scrolled to since it is selected
	drawn    [2]string // in head and rows
	size     [2]int    // of the rows
}

func newScore(lesson string, wire watched, w words) *score {
	s := &score{
		words: w, lesson: lesson, wire: wire, diagram: sequence.New(),
		follower: follower{root: dom.ID("sequence-paper"), follows: true},
		paper:    dom.ID("sequence-paper"), head: dom.ID("sequence-head"), rows: dom.ID("sequence-rows"), said: dom.ID("sequence-said"),
	}
	s.frame = dom.NewFrame(s.draw)
	s.paper.OnResize(s.frame.Ask)
	s.paper.On("scroll", func() {
		s.moved()
		s.frame.Ask()
	})
	s.paper.OnKey(s.key)
	s.rows.OnClickAt(func(y int) {
		s.choose(s.diagram.Start() + y/s.view.Row())
		wire.open()
	})
	root := dom.ID("sequence")
	root.One("[data-do=mermaid]").OnClick(func() { go s.copy() })
	root.One("[data-do=svg]").OnClick(s.save)
	return s
}

// changed hears that there is something else to show, or that something else is selected.
func (s *score) changed() { s.frame.Ask() }

// draw shows what is there now.
func (s *score) draw() {
	width, height := s.paper.Size()
	if height == 0 { // behind another tab
		return
	}
	s.view = sequence.View{Width: width, Server: s.words["sequence.server"], Selected: s.wire.picked(), Options: true}
	gone := s.update()
	s.resize(s.diagram.Width(s.view), (s.diagram.End()-s.diagram.Start())*s.view.Row())
	top := s.place(height, gone)
	from := s.diagram.Start() + top/s.view.Row()
	s.show(0, s.head, s.diagram.Head(s.view))
	s.show(1, s.rows, s.diagram.Rows(s.view, from, from+height/s.view.Row()+1))
	active := ""
	if _, found := s.diagram.Row(s.view.Selected); found {
		active = "sequence-" + strconv.FormatUint(s.view.Selected, 10)
	}
	s.paper.SetAttr("aria-activedescendant", active)
}

// place scrolls where that is wanted, and returns how far down the diagram is then.
func (s *score) place(height, gone int) int {
	if n := s.view.Selected; n != s.revealed {
		s.revealed = n
		if row, found := s.diagram.Row(n); found {
			s.reveal(row, height)
		}
	}
	switch {
	case s.follows:
		s.paper.ScrollToEnd()
	case gone > 0: // what somebody reads stays where it is
		s.paper.SetScrollTop(max(s.paper.ScrollTop()-gone*s.view.Row(), 0))
	}
	return s.paper.ScrollTop()
}

// reveal scrolls as little as it takes to show a row below the participants' names.
func (s *score) reveal(row, height int) {
	y := (row - s.diagram.Start()) * s.view.Row()
	lowest := y + sequence.HeadHeight + s.view.Row() - height
	switch top := s.paper.ScrollTop(); {
	case y < top:
		s.paper.SetScrollTop(y)
	case lowest > top:
		s.paper.SetScrollTop(lowest)
	}
	s.follows = s.paper.AtEnd()
}

// show replaces a drawing, where it is another.
func (s *score) show(part int, e dom.Element, markup string) {
	if s.drawn[part] != markup {
		s.drawn[part] = markup
		e.SetMarkup(markup)
	}
}

func (s *score) resize(width, height int) {
	size := [2]int{width, height}
	if size == s.size {
		return
	}
	s.size = size
	s.head.SetAttr("width", strconv.Itoa(width))
	s.rows.SetAttr("width", strconv.Itoa(width))
	s.rows.SetAttr("height", strconv.Itoa(height))
	for _, button := range dom.ID("sequence").All("button") {
		button.Disable(height == 0)
	}
}

// update makes the diagram that of the entries that are shown. Mostly there are more of them, or the
// oldest have made room: it returns how many. Otherwise it begins anew.
func (s *score) update() (gone int) {
	entries := s.wire.shown()
	gone, fits := continues(s.diagram, entries)
	if !fits {
		s.diagram = sequence.New(entries...)
		return 0
	}
	kept := s.diagram.End() - s.diagram.Start() - gone
	s.diagram.Forget(s.diagram.Start() + gone)
	s.diagram.Add(entries[kept:]...)
	return gone
}

// continues reports whether entries go on where a diagram ends, once its first rows are gone.
func continues(d *sequence.Diagram, entries []wire.Entry) (gone int, fits bool) {
	if len(entries) == 0 || d.Start() == d.End() {
		return 0, false
	}
	first, found := d.Row(entries[0].N)
	if !found || d.End()-first > len(entries) {
		return 0, false
	}
	for row := first; row < d.End(); row++ {
		if had, has := d.Entry(row), &entries[row-first]; had.N != has.N || had.At != has.At {
			return 0, false
		}
	}
	return first - d.Start(), true
}

// key moves the selection from arrow to arrow, and opens what is selected.
func (s *score) key(key string) bool {
	_, height := s.paper.Size()
	page := max(height/s.view.Row()-2, 1)
	steps := map[string]int{"ArrowDown": 1, "ArrowUp": -1, "PageDown": page, "PageUp": -page, "Home": -1 << 30, "End": 1 << 30}
	step, moves := steps[key]
	switch {
	case moves:
		s.move(step)
	case key == "Enter" || key == " ":
		s.move(0)
		s.wire.open()
	case key == "Escape":
		return s.wire.close()
	default:
		return false
	}
	return true
}

// move selects the arrow that is so many below the one that is selected. Where none is, it begins with the
// first that can be seen.
func (s *score) move(step int) {
	row, found := s.diagram.Row(s.wire.picked())
	if !found {
		row = s.diagram.Start() + (s.paper.ScrollTop()+s.view.Row()-1)/s.view.Row()
		if step == 1 || step == -1 {
			step = 0
		}
	}
	s.choose(min(max(row+step, s.diagram.Start()), s.diagram.End()-1))
}

// choose selects the entry of a row, where there is one.
func (s *score) choose(row int) {
	if row >= s.diagram.Start() && row < s.diagram.End() {
		s.wire.pick(s.diagram.Entry(row).N)
		s.frame.Ask()
	}
}

// longMermaid is how much text the viewers of Mermaid take at most where nobody told them otherwise.
const longMermaid = 50_000

// copy puts the diagram on the clipboard as Mermaid.
func (s *score) copy() {
	entries := s.wire.shown()
	text := sequence.Mermaid(entries)
	if err := dom.Copy(text); err != nil {
		s.say("sequence.nocopy", "error", err.Error())
		return
	}
	key := "sequence.copied"
	if len(text) > longMermaid {
		key = "sequence.long"
	}
	s.say(key, "rows", strconv.Itoa(len(entries)))
}

// save saves the diagram as a picture.
func (s *score) save() {
	entries, file := s.wire.shown(), "lesson-"+s.lesson+".svg"
	rows := strconv.Itoa(len(entries))
	dom.Download(file, "image/svg+xml", sequence.SVG(entries, sequence.Options{
		Title:       s.words.say("sequence.title", "n", s.lesson),
		Description: s.words.say("sequence.description", "n", s.lesson, "rows", rows),
		Server:      s.words["sequence.server"],
		Lang:        s.words["lang"],
	}))
	s.say("sequence.saved", "file", file, "rows", rows)
}

func (s *score) say(key string, pairs ...string) { s.said.SetText(s.words.say(key, pairs...)) }
