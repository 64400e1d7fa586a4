//go:build js

package main

import (
	"strconv"

	"wslab/server/course/feed"
	"wslab/wasm/internal/dom"
)

// tests shows the verdicts on the learner's code, in a column for each place where the tests run.
type tests struct {
	words words
	rows  []dom.Element
	help  dom.Element // hints, below the first test that fails
	runs  map[string]run

	watched    bool // a run began before the eyes of whoever looks at this page
	celebrated bool
}

// A run is what is known of the tests at one place.
type run struct {
	now  feed.Results // being judged, or judged
	last feed.Results // the last that was judged: it stays to be read while the next runs
}

// places are where tests run, in their order.
var places = []string{feed.Natively, feed.InBrowser}

func newTests(w words) *tests {
	return &tests{words: w, rows: dom.All("#tests-list [data-test]"), help: dom.ID("help"), runs: map[string]run{}}
}

// forget empties the columns: the feed tells everything again.
func (t *tests) forget() { clear(t.runs) }

func (t *tests) show(r feed.Results) {
	t.wake()
	began := t.runs[r.Place].now.Running
	t.take(r)
	for _, place := range places {
		t.column(place)
	}
	t.standing()
	t.problems()
	t.explain()
	if r.Running {
		t.watched = true
	} else if began {
		dom.ID("tests-news").SetText(t.news(r))
	}
}

// wake shows that somebody works on the lesson: the tests can be run again.
func (t *tests) wake() {
	dom.ID("tests-idle").Hide(true)
	for _, button := range dom.All("[data-do=again]") {
		button.Disable(false)
	}
}

// take notes a result. What was found in the browser is about the text before, as soon as a newer one is judged.
func (t *tests) take(r feed.Results) {
	now := run{now: r, last: r}
	if r.Running {
		now.last = t.runs[r.Place].last
	}
	t.runs[r.Place] = now
	if r.Place != feed.Natively {
		return
	}
	stale := run{last: t.runs[feed.InBrowser].last}
	if !r.Running {
		stale.last = feed.Results{}
	}
	t.runs[feed.InBrowser] = stale
}

// column shows the verdicts of one place.
func (t *tests) column(place string) {
	r := t.runs[place].now
	found := byName(r)
	for _, row := range t.rows {
		result, judged := found[row.Data("test")]
		word := verdict(r, result, judged)
		cell := row.One(at(place))
		cell.SetData("verdict", word)
		cell.One("[data-part=verdict]").SetText(t.words["verdict."+word])
	}
	dom.ID("tests-list").One("th[data-place=" + place + "] [data-part=tally]").SetText(t.tally(r))
}

// standing says above all panels how many tests pass natively.
func (t *tests) standing() {
	r := t.runs[feed.Natively].now
	word := "fail"
	switch {
	case r.Running:
		word = "running"
	case len(t.rows) > 0 && passed(r) == len(t.rows):
		word = "pass"
	}
	link := dom.ID("tally")
	link.SetData("verdict", word)
	link.One("[data-part=tally]").SetText(t.tally(r))
	link.Hide(false)
}

// at selects the cell of a test at a place. Some tests run natively alone and have none in the browser.
func at(place string) string { return "td[data-place=" + place + "]" }

// all counts the tests that run at a place.
func (t *tests) all(place string) (n int) {
	for _, row := range t.rows {
		if row.One(at(place)).Exists() {
			n++
		}
	}
	return n
}

func (t *tests) tally(r feed.Results) string {
	switch {
	case len(r.Tests) > 0:
		return t.words.say("verdict.tally", "passed", strconv.Itoa(passed(r)), "all", strconv.Itoa(t.all(r.Place)))
	case r.Running:
		return t.words["verdict.running"]
	}
	return t.words["verdict.none"]
}

func byName(r feed.Results) map[string]feed.Result {
	found := map[string]feed.Result{}
	for _, result := range r.Tests {
		found[result.Name] = result
	}
	return found
}

func passed(r feed.Results) (n int) {
	for _, result := range r.Tests {
		if result.Passed {
			n++
		}
	}
	return n
}

func verdict(r feed.Results, result feed.Result, judged bool) string {
	switch {
	case judged && result.Passed:
		return "pass"
	case judged:
		return "fail"
	case r.Running:
		return "running"
	case len(r.Tests) > 0:
		return "skip" // a test before it ended the run
	}
	return "none"
}

// celebrate shows the way on while the learner is done and no test fails.
func (t *tests) celebrate(done bool) {
	_, fails, _ := t.firstFailure()
	native := t.runs[feed.Natively].last
	t.celebrated = done && !fails && len(native.Problems) == 0 && passed(native) == len(t.rows)
	dom.ID("passed").Hide(!t.celebrated)
}

// announce adds the way on to the news, for who cannot see it appear.
func (t *tests) announce() {
	news := dom.ID("tests-news")
	news.SetText(news.Text() + " " + t.words["news.done"] + " " + dom.ID("onward").Trimmed())
}

// news is what a run has found, in a sentence for who cannot see the table.
func (t *tests) news(r feed.Results) string {
	where := t.words["place."+r.Place]
	switch first, fails, _ := t.firstFailure(); {
	case r.Message != "":
		return t.words.say("news.trouble", "place", where, "message", r.Message)
	case len(r.Problems) > 0:
		return t.words.say("news.problems", "problem", place(r.Problems[0])+" "+t.words.of(r.Problems[0].Said, r.Problems[0].Message))
	case fails && passed(r) < t.all(r.Place):
		return t.words.say("news.some", "place", where, "passed", strconv.Itoa(passed(r)),
			"all", strconv.Itoa(t.all(r.Place)), "test", first.One("[data-part=says]").Trimmed())
	}
	return t.words.say("news.all", "place", where, "all", strconv.Itoa(passed(r)))
}
