package course

import (
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wslab/lessons"
	"wslab/server/course/chromium"
)

// A Printer says in a terminal, line by line, what happens to one lesson, in the learner's language.
// It is a [Listener].
type Printer struct {
	out    io.Writer
	lesson lessons.Lesson
	lang   string
	words  words
	colour bool

	revealed func() int // how many hints the learner has asked for
	native   Report     // the newest
	troubled string     // what was said last of what keeps tests from running
}

// NewPrinter returns a Printer of lesson l that writes to out.
func NewPrinter(out io.Writer, l lessons.Lesson, lang string) *Printer {
	w, known := inLanguage[lang]
	if !known {
		lang, w = "en", inLanguage["en"]
	}
	return &Printer{out: out, lesson: l, lang: lang, words: w, colour: wantsColour(out), revealed: func() int { return 0 }}
}

// Printer returns a Printer that knows which hints the learner has asked for.
func (r Repo) Printer(out io.Writer, l lessons.Lesson, lang string) *Printer {
	p := NewPrinter(out, l, lang)
	p.revealed = func() int {
		state, _ := r.Progress(l) // without it no hint is known
		return state.Hints
	}
	return p
}

// wantsColour tells whether out shows colours and somebody wants them (see no-color.org).
func wantsColour(out io.Writer) bool {
	return os.Getenv("NO_COLOR") == "" && os.Getenv("TERM") != "dumb" && IsTerminal(out)
}

// IsTerminal tells whether somebody reads out at a terminal.
func IsTerminal(out io.Writer) bool {
	file, ok := out.(*os.File)
	if !ok {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// Colours of a terminal: select graphic rendition.
const (
	bold  = 1
	faint = 2
	red   = 31
	green = 32
)

func (p *Printer) paint(colour int, s string) string {
	if !p.colour {
		return s
	}
	return "\x1b[" + strconv.Itoa(colour) + "m" + s + "\x1b[0m"
}

func (p *Printer) line(format string, args ...any) { fmt.Fprintf(p.out, format+"\n", args...) }

// under prints lines below a test, indented. The code under test may have written them.
func (p *Printer) under(text string) {
	for line := range strings.Lines(text) {
		p.line("         %s", Printable(line))
	}
}

// faintly prints lines below a test, as what explains the others.
func (p *Printer) faintly(text string) {
	for line := range strings.Lines(text) {
		p.line("         %s", p.paint(faint, Printable(line)))
	}
}

func (p *Printer) introduce(file, page string) {
	p.line("\n  %s", p.paint(bold, fmt.Sprintf(p.words.lesson, p.lesson.Number, p.lesson.Title(p.lang))))
	p.line("  %s\n", p.lesson.Goal(p.lang))
	width := max(utf8.RuneCountInString(p.words.page), utf8.RuneCountInString(p.words.edit))
	p.line("  %-*s  %s", width, p.words.page, page)
	p.line("  %-*s  %s", width, p.words.edit, file)
}

// Testing implements [Listener].
func (p *Printer) Testing(at Place) {
	if at == Natively {
		p.line("\n%s", p.paint(faint, p.words.testing))
	}
}

// Trouble implements [Listener]. The same trouble is said once.
func (p *Printer) Trouble(_ Place, err error) {
	said := fmt.Sprintf(p.words.trouble, err)
	if errors.Is(err, chromium.ErrMissing) {
		said = p.words.noBrowser
	}
	if said != p.troubled {
		p.troubled = said
		p.line("")
		for line := range strings.Lines(said) { // it may end with what the code printed
			p.line("%s", Printable(line))
		}
	}
}

// Tested implements [Listener].
func (p *Printer) Tested(at Place, r Report) {
	switch {
	case at == InBrowser:
		p.compare(r)
	case len(r.Warnings) > 0: // the rest has been said
		p.warnings(r)
	default:
		p.native = r
		p.report(r)
	}
}

func (p *Printer) warnings(r Report) {
	p.line("\n%s", p.words.warnings)
	for _, warning := range r.Warnings {
		p.problem(warning)
	}
}

func (p *Printer) report(r Report) {
	p.line("")
	if len(r.Problems) > 0 {
		p.problems(p.words.problems, r)
		return
	}
	told := false // one failure at a time is enough to think about
	for _, v := range r.Verdicts {
		p.verdict(v)
		if !v.Passed && !told {
			p.failure(v)
			told = true
		}
	}
	p.line("")
	p.closing(r)
}

func (p *Printer) problems(intro string, r Report) {
	p.line("%s", p.paint(red, intro))
	for _, problem := range r.Problems {
		p.problem(problem)
	}
}

func (p *Printer) verdict(v Verdict) {
	if v.Passed {
		p.line("  %s  %s", p.paint(green, "✓ "+p.words.passed), p.says(v))
		return
	}
	p.line("  %s  %s", p.paint(red, "✗ "+p.words.failed), p.says(v))
}

func (p *Printer) closing(r Report) {
	passes, n := r.passes(), p.lesson.Number
	if !r.Passed() {
		p.line("%s", p.paint(bold, fmt.Sprintf(p.words.some, passes, p.tests(r))))
		p.hint(r)
		return
	}
	p.line("%s", p.paint(green, fmt.Sprintf(p.words.all, passes)))
	if next, more := p.lesson.Next(); more {
		p.line(p.words.next, n, next.Number)
		return
	}
	p.line(p.words.nothing, n)
}

// tests returns how many tests there are. What ends the program keeps those that follow from running.
func (p *Printer) tests(r Report) int {
	crashed := func(v Verdict) bool { return v.Crash != nil }
	if slices.ContainsFunc(r.Verdicts, crashed) {
		return max(len(r.Verdicts), len(p.lesson.Tests))
	}
	return len(r.Verdicts)
}

// compare says of the tests in the browser what is different from the native ones.
func (p *Printer) compare(r Report) {
	if len(r.Problems) > 0 {
		p.line("")
		p.problems(p.words.browserProblems, r)
		return
	}
	native := map[string]bool{}
	for _, v := range p.native.Verdicts {
		native[v.Test] = v.Passed
	}
	differ, told := 0, false
	for _, v := range r.Verdicts {
		switch {
		case v.Passed == native[v.Test]:
			continue
		case v.Passed:
			p.line("  %s", fmt.Sprintf(p.words.onlyBrowser, p.says(v)))
		default:
			p.line("  %s", p.paint(red, "✗ "+fmt.Sprintf(p.words.onlyNative, p.says(v))))
			if !told {
				p.failure(v)
				told = true
			}
		}
		differ++
	}
	switch {
	case differ > 0:
	case r.Passed():
		p.line("%s", p.paint(green, "✓ "+fmt.Sprintf(p.words.browserAll, r.passes())))
	default:
		p.line("%s", p.paint(faint, p.words.browserSame))
	}
}
