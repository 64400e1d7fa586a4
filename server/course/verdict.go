package course

import (
	"fmt"
	"strings"
	"time"
)

// A Subject is whose code a lesson's tests judge: the name of its folder and of its build tag.
type Subject string

// The subjects of a lesson.
const (
	Solution Subject = "solution"
	Starter  Subject = "starter"
	Mine     Subject = "mine"
)

// tag is the build tag that makes the lesson's tests judge s.
func (s Subject) tag() string {
	if s == Solution {
		return "" // what stands in the repository is judged on every go test ./...
	}
	return string(s)
}

// A Report is what one run of a lesson's tests found.
type Report struct {
	// Problems say why nothing could be tested: compile errors, a forbidden import, a missing file.
	Problems []Problem
	// Warnings are what vet says of the code. The tests have run all the same.
	Warnings []Problem
	// Verdicts are the tests' results, in the order in which they ran.
	Verdicts []Verdict
	// Took is how long it took, build included.
	Took time.Duration
}

// Passed tells whether there was something to test, and it passed.
func (r Report) Passed() bool {
	return len(r.Problems) == 0 && len(r.Verdicts) > 0 && r.passes() == len(r.Verdicts)
}

func (r Report) passes() (n int) {
	for _, v := range r.Verdicts {
		if v.Passed {
			n++
		}
	}
	return n
}

// A Verdict is the result of one test.
type Verdict struct {
	Test   string
	Passed bool
	// Expected is what the test waited for, and Got what came, in English; see [Printer] for other
	// languages. Both are empty where the test says it otherwise.
	Expected, Got string
	// Message is what else the test says.
	Message string
	// Where is the file:line of the expectation, from the root of the repository.
	Where string
	// Crash is the panic, dead lock or data race that ended the test, at its place in the code.
	Crash *Problem
	// Printed are the first lines that the code printed during the test.
	Printed []string
}

// Hangs tells whether the test was ended because it did not end.
func (v Verdict) Hangs() bool { return v.Crash != nil && v.Crash.timedOut() }

// Text is what the test says of its failure, in English.
func (v Verdict) Text() string {
	text := v.Message
	if v.Expected != "" {
		text += "\nexpected: " + v.Expected + "\ngot:      " + v.Got
	}
	return strings.TrimSpace(text)
}

// A Problem is something wrong at a place in the code.
type Problem struct {
	File    string // from the root of the repository; empty where the place is unknown
	Line    int
	Column  int
	Message string
	Source  string // the line of the code, where it helps
}

// Place is the problem's file:line:column, as far as it is known.
func (p Problem) Place() string {
	switch {
	case p.File == "":
		return ""
	case p.Line == 0:
		return p.File
	case p.Column == 0:
		return fmt.Sprintf("%s:%d", p.File, p.Line)
	}
	return fmt.Sprintf("%s:%d:%d", p.File, p.Line, p.Column)
}

// timedOut tells whether a test was ended because it did not end.
func (p Problem) timedOut() bool {
	return strings.Contains(p.Message, "test timed out") || strings.Contains(p.Message, "the test did not end in time")
}

// String is the problem on one line, as a compiler writes it.
func (p Problem) String() string {
	if at := p.Place(); at != "" {
		return at + ": " + p.Message
	}
	return p.Message
}
