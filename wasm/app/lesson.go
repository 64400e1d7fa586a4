//go:build js

package main

import (
	"wslab/server/course/feed"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// bench is the page of a lesson.
type bench struct {
	words     words
	loop      *loop
	panels    []*panel
	console   console
	inspector *inspector
	tests     *tests
	hints     *hints
	answer    *answer

	done    bool // the tests have passed, now or before
	version int  // of the learner's code
}

// startLesson brings the page of lesson n to life.
func startLesson(n string, w words) {
	b := &bench{words: w, loop: &loop{words: w}, console: newConsole(w)}
	b.panels = []*panel{newPanel("ana", n, w), newPanel("bob", n, w)}
	b.inspector = newInspector(n, b.panels, w)
	b.tests = newTests(w)
	b.hints = newHints(w, b.loop)
	b.answer = newAnswer(w, b.loop)
	for _, button := range dom.All("[data-do=again]") {
		button.OnClick(b.loop.again)
	}
	for _, radio := range dom.All("input[name=source]") {
		radio.On("change", func() { b.choose(n, radio.Value()) })
	}
	b.choose(n, dom.ID("source").One(":checked").Value())
	go b.loop.follow(dom.WebSocketURL("/lessons/"+n+"/feed"), b.hear)
}

// choose makes both clients talk to the learner's code or to the reference.
func (b *bench) choose(lesson, source string) {
	path := "/lessons/" + lesson + "/"
	if source != feed.Mine {
		path += "solution/"
	}
	for _, p := range b.panels {
		p.moveTo(source, path)
	}
}

// hear subscribes to the feed, which tells everything from the beginning.
func (b *bench) hear(c *client.Client) {
	b.console.clear()
	b.tests.forget()
	client.Listen(c, feed.Console, b.console.print)
	client.Listen(c, feed.Status, b.function)
	client.Listen(c, feed.Progress, b.standing)
	client.Listen(c, feed.Verdicts, b.verdicts)
}

// function shows how the learner's code is doing, above the clients and at those that talk to it.
func (b *bench) function(s feed.State) {
	showFunction(s, b.words)
	renewed := b.version > 0 && s.Version > b.version
	b.version = s.Version
	for _, p := range b.panels {
		p.served(s, renewed)
	}
}

// standing shows how far the learner has come.
func (b *bench) standing(s feed.Standing) {
	b.done = s.Done
	dom.ID("done").Hide(!s.Done)
	b.hints.show(s.Hints)
	b.answer.may = s.Done || s.Shown
	b.pass()
}

func (b *bench) verdicts(r feed.Results) {
	b.tests.show(r)
	if !r.Running {
		b.answer.refresh()
	}
	b.pass()
}

// pass offers what comes next while every test passes. Who has seen it happen gets the answer, too.
func (b *bench) pass() {
	before := b.tests.celebrated
	b.tests.celebrate(b.done)
	if b.tests.celebrated && !before && b.tests.watched {
		b.tests.announce()
		dom.ID("passed").ScrollIntoView()
		b.answer.open()
	}
}
