//go:build js

package main

import (
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"wslab/wasm/internal/dom"
)

// controls are what stands above the list: the filter, and what stops, empties and saves it.
type controls struct {
	of    *inspector
	root  dom.Element
	boxes []dom.Element
	text  dom.Element
	news  dom.Element

	pausing dom.Element
	told    int  // how many entries there were when that was last said
	telling bool // it will be said
}

func newControls(i *inspector) *controls {
	c := &controls{of: i, root: dom.ID("wire"), boxes: dom.All("#wire-filter input[type=checkbox]"), text: dom.ID("wire-search"), news: dom.ID("wire-news")}
	for _, box := range c.boxes {
		box.On("change", c.sift)
	}
	c.text.On("input", c.sift)
	c.do("all").OnClick(c.all)
	c.pausing = c.do("pause")
	c.pausing.OnClick(func() { i.pause(!i.paused) })
	c.do("clear-wire").OnClick(i.forget)
	c.do("export").OnClick(c.export)
	for _, button := range []dom.Element{c.pausing, c.do("clear-wire"), c.do("export")} {
		button.Disable(false)
	}
	c.sift() // a browser may have kept what was ticked before a reload
	return c
}

func (c *controls) do(what string) dom.Element { return c.root.One("[data-do=" + what + "]") }

// sift filters by what is ticked and typed.
func (c *controls) sift() {
	f := filter{out: map[string]bool{}, text: strings.ToLower(strings.TrimSpace(c.text.Value()))}
	for _, box := range c.boxes {
		f.out[box.Value()] = !box.Checked()
	}
	c.of.sift(f)
}

// all lets everything through again.
func (c *controls) all() {
	for _, box := range c.boxes {
		box.Check(true)
	}
	c.text.SetValue("")
	c.sift()
	c.text.Focus() // the button is about to vanish
}

// filters reports whether anything is kept out.
func (f filter) filters() bool {
	for _, out := range f.out {
		if out {
			return true
		}
	}
	return f.text != ""
}

// show says how much there is, and how much of it is shown.
func (c *controls) show() {
	i := c.of
	w := i.words
	text := w.say("wire.count", "n", strconv.Itoa(len(i.rows)), "m", strconv.Itoa(len(i.entries)))
	if i.missed > 0 {
		text += " · " + w.say("wire.missed", "n", strconv.Itoa(i.missed))
	}
	dom.ID("wire-count").SetText(text)
	dom.ID("wire-empty").Hide(len(i.entries) > 0)
	dom.ID("wire-none").Hide(len(i.entries) == 0 || len(i.rows) > 0)
	c.do("all").Hide(!i.filter.filters())
	label := c.pausing.Data("pause")
	if i.paused {
		label = c.pausing.Data("resume")
	}
	c.pausing.SetText(label)
	c.pausing.SetAttr("aria-pressed", strconv.FormatBool(i.paused))
	held := ""
	if i.paused {
		held = w.say("wire.more", "n", strconv.Itoa(i.more))
	}
	dom.ID("wire-held").SetText(held)
	c.tell()
}

// quiet is how long nothing is said after something was, so that who listens can follow.
const quiet = 4 * time.Second

// tell says what is new to who listens and is at work here.
func (c *controls) tell() {
	if c.telling || int(c.of.last) == c.told || !c.root.Holds() {
		return
	}
	c.telling = true
	time.AfterFunc(quiet, func() {
		c.telling = false
		fresh := max(0, int(c.of.last)-c.told)
		c.told = int(c.of.last)
		c.news.SetText(c.of.words.say("wire.news", "new", strconv.Itoa(fresh), "n", strconv.Itoa(len(c.of.rows)), "m", strconv.Itoa(len(c.of.entries))))
	})
}

// export saves what is shown as JSON, a line for each entry.
func (c *controls) export() {
	var lines strings.Builder
	for _, e := range c.of.rows {
		line, err := json.Marshal(e)
		if err != nil { // an entry came as JSON
			continue
		}
		lines.Write(line)
		lines.WriteByte('\n')
	}
	dom.Download("wire.jsonl", "application/x-ndjson", lines.String())
}
