package course

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"wslab/lessons"
)

// Explain returns what [Printer] says of why a report is no pass: its problems, or the first test that
// failed and what is said below it. The lines have no indentation and no colours.
func (p *Printer) Explain(r Report) (test string, lines []string) {
	var text strings.Builder
	quiet := *p
	quiet.out, quiet.colour = &text, false
	if len(r.Problems) > 0 {
		for _, problem := range r.Problems {
			quiet.problem(problem)
		}
	} else if i := slices.IndexFunc(r.Verdicts, func(v Verdict) bool { return !v.Passed }); i >= 0 {
		test = r.Verdicts[i].Test
		quiet.failure(r.Verdicts[i])
	}
	for line := range strings.Lines(text.String()) {
		lines = append(lines, strings.TrimSpace(line))
	}
	return test, lines
}

// says is what a test expects, as a sentence.
func (p *Printer) says(v Verdict) string {
	test, _ := p.lesson.Test(v.Test)
	if says := test.Says[p.lang]; says != "" {
		return says
	}
	return v.Test
}

// failure says what was expected, what came, where, what it is about, and what to think of.
func (p *Printer) failure(v Verdict) {
	if v.Crash != nil && v.Crash.timedOut() {
		p.under(p.words.hangs)
		if v.Crash.Line > 1 { // a loop that never ends has no line in Go's trace
			p.place(p.words.at, v.Crash.Place())
		}
		return
	}
	if v.Crash != nil { // what the test waited for never came: that follows from it
		p.crash(*v.Crash)
		return
	}
	p.expectation(v)
	test, _ := p.lesson.Test(v.Test)
	p.concept(test)
	p.under(test.Fails[p.lang])
	for _, line := range v.Printed[:min(len(v.Printed), printedLines)] {
		p.faintly(p.words.printed + ": " + line)
	}
}

func (p *Printer) crash(c Problem) {
	switch {
	case strings.HasPrefix(c.Message, "WARNING: DATA RACE"):
		p.under(p.words.races)
		p.place(p.words.at, c.Place())
		return
	case strings.Contains(c.Message, "blocked goroutines remain"): // as the fake clock's bubble says it
		p.under(p.words.leaks)
	default:
		p.under(c.Message)
	}
	p.place(p.words.at, c.Place())
	p.under(p.words.first)
}

// printedLines are how many lines that the code printed are shown below a failed test: the first ones, since
// the last are of its end.
const printedLines = 3

// expectation says what a test waited for and what came. What it says beside is English, and little
// more than the test's own sentence: who reads another language is not bothered with it.
func (p *Printer) expectation(v Verdict) {
	if v.Message != "" && (p.lang == "en" || v.Expected == "") {
		p.under(v.Message)
	}
	if v.Expected != "" {
		expected, got := v.Wording(p.lang)
		width := max(utf8.RuneCountInString(p.words.expected), utf8.RuneCountInString(p.words.got))
		p.under(fmt.Sprintf("%-*s %s", width, p.words.expected, expected))
		p.under(fmt.Sprintf("%-*s %s", width, p.words.got, got))
	}
	p.place(p.words.atTest, v.Where)
}

func (p *Printer) place(label, where string) {
	if where != "" {
		p.faintly(label + " " + where)
	}
}

// concept names what a test is about and where to read about it.
func (p *Printer) concept(test lessons.Test) {
	term, link := p.lesson.Concept(test, p.lang)
	if term == "" {
		return
	}
	where := "lessons/" + p.lesson.Folder + "/" + p.lang + ".md"
	if link.URL != "" {
		where = link.Title + ", " + link.URL
	}
	p.under(fmt.Sprintf(p.words.concept, term, where))
}

// hint repeats the newest hint that was asked for, and offers the next: nobody wants all at once. What
// crashed or hangs is explained by its place.
func (p *Printer) hint(r Report) {
	hints, n := p.lesson.Hints(p.lang), p.lesson.Number
	i := slices.IndexFunc(r.Verdicts, func(v Verdict) bool { return !v.Passed })
	if i < 0 || len(hints) == 0 || r.Verdicts[i].Crash != nil {
		return
	}
	known := min(p.revealed(), len(hints))
	if known > 0 {
		test, _ := p.lesson.Test(r.Verdicts[i].Test)
		h := min(test.Hint(), known)
		p.line(p.words.hint, h, len(hints), hints[h-1])
	}
	if known < len(hints) {
		p.line(p.words.offer, n, known+1, len(hints))
	} else {
		p.line(p.words.answer, n)
	}
}

// problem says what the compiler or vet says, where, and what it means where that is not plain.
func (p *Printer) problem(problem Problem) {
	said, meaning := problem, ""
	said.Message, meaning = problem.Wording(p.lesson, p.lang)
	p.under(said.String())
	if problem.Source != "" {
		p.faintly(fmt.Sprintf("%4d │ %s", problem.Line, problem.Source))
	}
	if meaning != "" {
		p.under(meaning)
	}
}

// Passes returns how many tests passed.
func (r Report) Passes() int { return r.passes() }
