//go:build js

package main

import (
	"strconv"

	"wslab/server/course/feed"
	"wslab/wasm/internal/dom"
)

// hints are revealed one at a time, in the text and below the test that fails. How many is known to the
// feed, so that the terminal and every page agree.
type hints struct {
	words    words
	loop     *loop
	all      int
	revealed int
}

func newHints(w words, l *loop) *hints {
	all, _ := strconv.Atoi(dom.ID("help").Data("hints"))
	h := &hints{words: w, loop: l, all: all}
	for _, button := range dom.All("[data-do=hint]") {
		button.OnClick(func() { go h.next(button) })
	}
	return h
}

// next asks for the next hint and brings it before the eyes of whoever pressed button.
func (h *hints) next(button dom.Element) {
	fault := button.Parent().One("[data-part=hint-error]")
	fault.SetText("")
	standing, err := h.loop.ask(feed.Hint)
	if err != nil {
		fault.SetText(err.Error())
		return
	}
	h.show(standing.Hints)
	hint := button.Parent().Parent().One("[data-hint=\"" + strconv.Itoa(standing.Hints) + "\"]")
	hint.ScrollIntoView()
	if standing.Hints >= h.all { // the button that had the keyboard has gone
		hint.Focus()
	}
}

// show shows the first so many hints, and the button for the one after.
func (h *hints) show(revealed int) {
	for _, hint := range dom.All("[data-hint]") {
		n, _ := strconv.Atoi(hint.Data("hint"))
		hint.Hide(n > revealed)
		if n <= revealed && n > h.revealed {
			hint.SetAttr("open", "")
		}
	}
	h.revealed = revealed
	label := h.words.say("hint.next", "n", strconv.Itoa(revealed+1), "all", strconv.Itoa(h.all))
	for _, button := range dom.All("[data-do=hint]") {
		button.SetText(label)
	}
	for _, line := range dom.All("[data-part=next-hint]") {
		line.Hide(revealed >= h.all)
	}
}
