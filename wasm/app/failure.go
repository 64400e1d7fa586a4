//go:build js

package main

import (
	"slices"
	"strings"

	"wslab/server/course/feed"
	"wslab/wasm/internal/dom"
)

// A failure is a test that fails, and where.
type failure struct {
	place  string
	result feed.Result
	alone  bool // it passes at the other place
}

// firstFailure returns the first row with a test that failed when it was last judged.
func (t *tests) firstFailure() (row dom.Element, fails bool, f failure) {
	found := make([]map[string]feed.Result, len(places))
	for i, place := range places {
		found[i] = byName(t.runs[place].last)
	}
	for _, row := range t.rows {
		for i, place := range places {
			result, judged := found[i][row.Data("test")]
			if judged && !result.Passed {
				other := found[1-i][row.Data("test")]
				return row, true, failure{place, result, other.Passed}
			}
		}
	}
	return row, false, f
}

// explain says, below the first test that fails and nowhere else, what was expected and what came:
// who mends the first has often mended them all.
func (t *tests) explain() {
	first, fails, f := t.firstFailure()
	for _, row := range t.rows {
		row.One("[data-part=why]").Hide(!fails || row.Data("test") != first.Data("test"))
	}
	t.help.Hide(!fails)
	if !fails {
		return
	}
	message, at := f.result.Message, f.result.Where
	expected := t.words.of(f.result.Expected, "")
	if expected != "" && t.words["lang"] != "en" {
		message = "" // it is English, and says little more than the test's own sentence
	}
	if f.result.Hangs {
		message = t.words["test.hangs"]
		at = strings.TrimSuffix(at, ":1") // a loop without an end has no line in Go's trace
	}
	lost := f.result.Crashed && !f.result.Hangs
	first.One("[data-part=crashed]").Hide(!lost)
	for _, advice := range first.All("[data-part=advice]") { // how to pass the test is no advice on a crash
		advice.Hide(lost)
	}
	t.help.Hide(lost)
	first.One("[data-part=message]").SetText(message)
	first.One("[data-part=message]").Hide(message == "")
	first.One("[data-part=at]").SetText(at)
	first.One("[data-part=expected]").SetText(expected)
	first.One("[data-part=got]").SetText(t.words.of(f.result.Got, ""))
	first.One("[data-part=values]").Hide(expected == "")
	printed := first.One("[data-part=printed]")
	printed.SetText(strings.Join(f.result.Printed, "\n"))
	printed.Parent().Hide(len(f.result.Printed) == 0)
	where := first.One("[data-part=place]")
	where.Hide(!f.alone)
	where.SetText(t.words["place."+f.place] + ":")
	first.One("[data-part=help]").Adopt(t.help)
}

// problems shows what the compiler and vet say, and why the tests could not run for another reason.
func (t *tests) problems() {
	var wrong, odd []feed.Problem
	var trouble string
	for _, place := range places {
		last := t.runs[place].last
		wrong = append(wrong, last.Problems...)
		odd = append(odd, last.Warnings...)
		if last.Message != "" {
			trouble = t.words.say("news.trouble", "place", t.words["place."+place], "message", last.Message)
		}
	}
	t.list(dom.ID("tests-problems"), wrong)
	t.list(dom.ID("tests-warnings"), odd)
	dom.ID("tests-trouble").SetText(trouble)
}

// list shows problems, each once.
func (t *tests) list(box dom.Element, problems []feed.Problem) {
	box.Hide(len(problems) == 0)
	ul := box.One("ul")
	ul.Clear()
	for i, p := range problems {
		if slices.ContainsFunc(problems[:i], func(told feed.Problem) bool { return located(told) == located(p) }) {
			continue
		}
		line := dom.Clone("problem-line")
		for part, text := range map[string]string{
			"at": place(p), "message": t.words.of(p.Said, p.Message), "source": p.Source, "means": t.words.of(p.Means, ""),
		} {
			element := line.One("[data-part=" + part + "]")
			element.SetText(text)
			element.Hide(text == "")
		}
		ul.Append(line)
	}
}
