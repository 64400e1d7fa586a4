package course

import (
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

// gotest prints the events of go test -json as go test prints them without -json, and counts.
type gotest struct {
	out    io.Writer
	where  string // after a package's name: how it was run, where that is not natively
	counts counts

	texts map[string]*strings.Builder // of tests that have not ended, by package and name
}

// counts are the results of top-level tests. A package that did not build or crashed counts as one.
type counts struct{ passed, failed, skipped int }

func (c *counts) add(more counts) {
	c.passed += more.passed
	c.failed += more.failed
	c.skipped += more.skipped
}

func (c counts) String() string {
	s := fmt.Sprintf("%d passed, %d failed", c.passed, c.failed)
	if c.skipped > 0 {
		s += fmt.Sprintf(", %d skipped", c.skipped)
	}
	return s
}

func newGotest(out io.Writer) *gotest {
	return &gotest{out: out, texts: map[string]*strings.Builder{}}
}

func (g *gotest) add(e event) {
	switch {
	case e.Action == "build-output":
		fmt.Fprint(g.out, e.Output)
	case e.Test != "":
		g.test(e)
	case e.Action == "output" && e.Output != "PASS\n": // go test says it only of a single package
		fmt.Fprint(g.out, e.Output)
	case e.Action == "fail":
		g.broken(e.Package)
		if e.FailedBuild != "" {
			g.counts.failed++
		}
	}
}

// progressLine is what go test leaves out where nobody asked for -v.
var progressLine = regexp.MustCompile(`^( *--- (PASS|SKIP): |=== (RUN|PAUSE|CONT|NAME|ATTR) )`)

func (g *gotest) test(e event) {
	key := e.Package + " " + e.top()
	text := g.texts[key]
	if text == nil {
		text = &strings.Builder{}
		g.texts[key] = text
	}
	if !progressLine.MatchString(e.Output) {
		text.WriteString(e.Output)
	}
	if e.Test != e.top() {
		return
	}
	switch e.Action {
	case "pass":
		g.counts.passed++
	case "skip":
		g.counts.skipped++
	case "fail":
		g.counts.failed++
		fmt.Fprint(g.out, text)
	default:
		return
	}
	delete(g.texts, key)
}

// broken shows what a package that failed leaves behind: the tests that it crashed in.
func (g *gotest) broken(pkg string) {
	crashed := false
	for key, text := range g.texts {
		if strings.HasPrefix(key, pkg+" ") {
			fmt.Fprint(g.out, text)
			delete(g.texts, key)
			crashed = true
		}
	}
	if crashed {
		g.counts.failed++
	}
}

// end prints the closing line of a package that was run without go test. It tells whether it passed.
func (g *gotest) end(pkg string, before counts, took time.Duration, err error) bool {
	g.broken(pkg)
	if err != nil {
		fmt.Fprintf(g.out, "%v\n", err)
		if g.counts.failed == before.failed {
			g.counts.failed++
		}
	}
	verdict := "ok  "
	if g.counts.failed > before.failed {
		verdict = "FAIL"
	}
	fmt.Fprintf(g.out, "%s\t%s\t%s\t%.3fs\n", verdict, pkg, g.where, took.Seconds())
	return verdict != "FAIL"
}
