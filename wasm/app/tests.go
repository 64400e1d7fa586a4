//go:build js

package main

import (
	"strconv"

	"wslab/server/course/feed"
	"wslab/wasm/internal/dom"
)

// tests shows the verdicts on the learner's code.
type tests struct {
	rows  []dom.Element
	words words
}

func newTests(w words) tests { return tests{dom.All("#tests-list > [data-test]"), w} }

func (t tests) show(r feed.Results) {
	results := map[string]feed.Result{}
	passed := 0
	for _, result := range r.Tests {
		results[result.Name] = result
		if result.Passed {
			passed++
		}
	}
	for _, row := range t.rows {
		result, judged := results[row.Data("test")]
		t.row(row, verdict(r, result, judged), result)
	}
	tally := t.words["verdict.none"]
	switch {
	case len(r.Tests) > 0:
		tally = t.words.say("verdict.tally", "passed", strconv.Itoa(passed), "all", strconv.Itoa(len(t.rows)))
	case r.Running:
		tally = t.words["verdict.running"]
	}
	dom.ID("tests-tally").SetText(tally)
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

func (t tests) row(row dom.Element, verdict string, result feed.Result) {
	row.SetData("verdict", verdict)
	row.One("[data-part=verdict]").SetText(t.words["verdict."+verdict])
	row.One("[data-part=message]").SetText(result.Message)
	row.One("[data-part=at]").SetText(result.Where)
	row.One(".why").Hide(verdict != "fail")
}
