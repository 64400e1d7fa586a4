package course

import (
	"fmt"
	"io"
	"os"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"wslab/lessons"
)

// A Printer says in a terminal, line by line, what happens to one lesson, in the learner's language.
// It is a [Listener].
type Printer struct {
	out    io.Writer
	lesson lessons.Lesson
	lang   string
	words  words
	colour bool
}

// NewPrinter returns a Printer of lesson l that writes to out.
func NewPrinter(out io.Writer, l lessons.Lesson, lang string) *Printer {
	w, known := inLanguage[lang]
	if !known {
		lang, w = "en", inLanguage["en"]
	}
	return &Printer{out: out, lesson: l, lang: lang, words: w, colour: wantsColour(out)}
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

// under prints lines below a test, indented.
func (p *Printer) under(text string) {
	for line := range strings.Lines(text) {
		p.line("         %s", strings.TrimRight(line, "\n"))
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

// Trouble implements [Listener].
func (p *Printer) Trouble(_ Place, err error) { p.line(p.words.trouble, err) }

// Tested implements [Listener].
func (p *Printer) Tested(at Place, r Report) {
	if at == Natively {
		p.report(r)
	}
}

func (p *Printer) report(r Report) {
	p.line("")
	if len(r.Problems) > 0 {
		p.line("%s", p.paint(red, p.words.problems))
		for _, problem := range r.Problems {
			p.under(problem.String())
			p.forgotten(problem)
		}
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

func (p *Printer) verdict(v Verdict) {
	test, _ := p.lesson.Test(v.Test)
	says := test.Says[p.lang]
	if says == "" {
		says = v.Test
	}
	if v.Passed {
		p.line("  %s  %s", p.paint(green, "✓ "+p.words.passed), says)
		return
	}
	p.line("  %s  %s", p.paint(red, "✗ "+p.words.failed), says)
}

// forgotten asks for an import that the lesson allows, where a problem is that its name is unknown.
func (p *Printer) forgotten(problem Problem) {
	name, ok := strings.CutPrefix(problem.Message, "undefined: ")
	if !ok {
		return
	}
	for _, allowed := range p.lesson.Imports {
		short := regexp.MustCompile(`/v\d+$`).ReplaceAllString(allowed, "") // a major version is no name
		if path.Base(short) == name {
			p.under(fmt.Sprintf(p.words.forgotten, allowed))
		}
	}
}

// failure says what was expected, what came, and where.
func (p *Printer) failure(v Verdict) {
	if v.Crash != nil && v.Crash.timedOut() {
		p.under(p.words.hangs)
		if v.Crash.Line > 1 { // a loop that never ends has no line in Go's trace
			p.place(v.Crash.Place())
		}
		return
	}
	if v.Crash != nil {
		p.under(v.Crash.Message)
		p.place(v.Crash.Place())
	}
	if v.Message != "" {
		p.under(v.Message)
		p.place(v.Where)
	}
	test, _ := p.lesson.Test(v.Test)
	p.under(test.Fails[p.lang])
	for _, line := range v.Printed[:min(len(v.Printed), printedLines)] {
		p.under(p.paint(faint, p.words.printed+": "+line))
	}
}

// printedLines are how many lines that the code printed are shown below a failed test: the first ones, since
// the last are of its end.
const printedLines = 3

func (p *Printer) place(where string) {
	if where != "" {
		p.under(p.paint(faint, p.words.at+" "+where))
	}
}

func (p *Printer) closing(r Report) {
	passes, n := r.passes(), p.lesson.Number
	if !r.Passed() {
		p.hint(r)
		p.line("%s", p.paint(bold, fmt.Sprintf(p.words.some, passes, len(r.Verdicts))))
		return
	}
	p.line("%s", p.paint(green, fmt.Sprintf(p.words.all, passes)))
	if _, more := lessons.Find(strconv.Itoa(n + 1)); more {
		p.line(p.words.next, n, n+1)
		return
	}
	p.line(p.words.nothing, n)
}

// hint prints the hint that the first failure names.
func (p *Printer) hint(r Report) {
	hints := p.lesson.Hints(p.lang)
	i := slices.IndexFunc(r.Verdicts, func(v Verdict) bool { return !v.Passed })
	if i < 0 || len(hints) == 0 || r.Verdicts[i].Crash != nil {
		return
	}
	test, _ := p.lesson.Test(r.Verdicts[i].Test)
	n := min(test.Hint(), len(hints))
	p.line(p.words.hint, n, len(hints), hints[n-1])
}
