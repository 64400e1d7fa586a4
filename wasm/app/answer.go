//go:build js

package main

import (
	"wslab/server/course/feed"
	"wslab/wasm/internal/dom"
)

// answer is the reference answer beside the learner's code: shown when the tests have passed, or to who
// says so. It never writes a file.
type answer struct {
	words words
	loop  *loop
	root  dom.Element
	text  dom.Element
	ask   dom.Element
	fault dom.Element
	press dom.Element // the button

	may bool // it is no secret any more
}

func newAnswer(w words, l *loop) *answer {
	a := &answer{words: w, loop: l, root: dom.ID("answer"), text: dom.ID("answer-text"), ask: dom.ID("answer-ask"), fault: dom.ID("answer-error")}
	a.press = a.root.One("[data-do=show]")
	a.press.OnClick(a.pressed)
	a.press.Disable(false)
	a.root.One("[data-do=show-yes]").OnClick(func() { go a.insist() })
	a.root.One("[data-do=show-no]").OnClick(func() {
		a.become("closed")
		a.press.Focus()
	})
	return a
}

func (a *answer) pressed() {
	switch {
	case a.root.Data("state") == "open" && !a.text.InView(): // whoever asks wants to see it
		a.root.ScrollToStart()
	case a.root.Data("state") != "closed":
		a.become("closed")
	case a.may:
		go func() {
			a.fetch()
			a.root.ScrollToStart()
		}()
	default:
		a.become("asking")
		a.root.ScrollIntoView()
		a.root.One("[data-do=show-yes]").Focus()
	}
}

// insist shows the answer to somebody whose tests have not passed, and has it remembered.
func (a *answer) insist() {
	a.fault.SetText("")
	if _, err := a.loop.ask(feed.Show); err != nil {
		a.fail(err)
		return
	}
	a.fetch()
	a.root.Focus()
	a.root.ScrollToStart()
}

// open shows the answer.
func (a *answer) open() { go a.fetch() }

// refresh compares anew, where the answer is open: there may be a new text to compare.
func (a *answer) refresh() {
	if a.root.Data("state") == "open" {
		a.open()
	}
}

func (a *answer) fetch() {
	text, err := dom.Get(a.root.Data("from"))
	if err != nil {
		a.fail(err)
		return
	}
	a.fault.SetText("")
	a.text.SetMarkup(text)
	a.become("open")
}

func (a *answer) fail(err error) { a.fault.SetText(a.words.say("answer.failed", "error", err.Error())) }

// become shows the panel in a state: closed, asking or open.
func (a *answer) become(state string) {
	a.root.SetData("state", state)
	a.ask.Hide(state != "asking")
	a.text.Hide(state != "open")
	label, expanded := "show", "false"
	if state == "open" {
		label, expanded = "hide", "true"
	}
	a.press.SetText(a.press.Data(label))
	a.press.SetAttr("aria-expanded", expanded)
}
