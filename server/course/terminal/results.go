package terminal

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wslab/server/course"
)

// results add a line for each test, and below the first one that fails why it does.
func (m model) results(p *picture, t thrift) {
	why, at := m.why()
	if why != nil && len(why.Problems) > 0 {
		p.add(red, "", "✗ "+m.words.problems)
		_, lines := m.printer(io.Discard).Explain(*why)
		m.explain(p, lines, "  ", t)
		return
	}
	var broken string
	var lines []string
	if why != nil {
		broken, lines = m.printer(io.Discard).Explain(*why)
		if at == course.InBrowser {
			lines = append([]string{m.words.browser + ":"}, lines...)
		}
	}
	if t.level < noFailures || len(m.columns()) > 1 {
		m.head(p)
	}
	passing, rest := 0, 0
	for _, test := range m.tests() {
		switch {
		case test == broken:
			m.row(p, test)
			m.explain(p, lines, m.indent(p), t)
		case t.level >= noPasses && m.passes(test):
			passing++
		case t.level >= noFailures:
			rest++
		default:
			m.row(p, test)
		}
	}
	if passing > 0 {
		p.add(green, "", "✓ "+fmt.Sprintf(m.words.passing, passing))
	}
	if rest > 0 {
		p.add(faint, "", "· "+fmt.Sprintf(m.words.remaining, rest))
	}
}

// why returns the report that says what to mend first, and where it was found.
func (m model) why() (*course.Report, course.Place) {
	for _, at := range []course.Place{course.Natively, course.InBrowser} {
		if r := m.places[at].report; r != nil && !r.Passed() {
			return r, at
		}
	}
	return nil, ""
}

// explain adds why something does not work, but for the last lines where there is no room. One is always shown.
func (m model) explain(p *picture, lines []string, indent string, t thrift) {
	from := len(p.lines)
	for _, line := range lines {
		p.add(plain, indent, line)
	}
	if cut := min(t.cut, len(p.lines)-from-1); cut > 0 {
		p.lines = p.lines[:len(p.lines)-cut]
		p.add(faint, indent, fmt.Sprintf(m.words.cut, cut))
	}
}

// columns are the places that have something to say of each test.
func (m model) columns() []course.Place {
	columns := []course.Place{course.Natively}
	if m.Lesson.Targets.Browser && m.places[course.InBrowser].trouble == nil {
		columns = append(columns, course.InBrowser)
	}
	return columns
}

// cell is how wide a column is, with the space after it.
func (m model) cell(p *picture, at course.Place) int {
	if p.width < 60 {
		return 2
	}
	return max(ansi.StringWidth(m.placeName(at)), 2+ansi.StringWidth(m.words.fail)) + 2
}

func (m model) head(p *picture) {
	line := ""
	for _, at := range m.columns() {
		name := m.placeName(at)
		if p.width < 60 { // the columns are signs only, and named in a line
			name += " "
		}
		line += pad(name, m.cell(p, at))
	}
	running := slices.ContainsFunc(m.columns(), func(at course.Place) bool { return m.places[at].running })
	if running {
		line += m.words.runs
	}
	p.add(faint, "", line)
}

func (m model) row(p *picture, test string) {
	label := ""
	for _, at := range m.columns() {
		label += m.mark(p, at, test)
	}
	told, _ := m.Lesson.Test(test)
	says := told.Says[m.Lang]
	if says == "" {
		says = test
	}
	p.add(plain, label, says)
}

// mark is what one place says of a test: a sign and, where there is room, a word. While the tests run
// again, what was said before is faint.
func (m model) mark(p *picture, at course.Place, test string) string {
	known := m.places[at]
	text, style := "·", faint
	if v, found := known.verdict(test); found {
		text, style = "✗ "+m.words.fail, red
		if v.Passed {
			text, style = "✓ "+m.words.pass, green
		}
	}
	if known.running {
		style = lipgloss.NewStyle().Faint(true)
	}
	if p.width < 60 {
		text = string([]rune(text)[:1])
	}
	return style.Render(pad(text, m.cell(p, at)))
}

func (f found) verdict(test string) (course.Verdict, bool) {
	if f.report == nil {
		return course.Verdict{}, false
	}
	i := slices.IndexFunc(f.report.Verdicts, func(v course.Verdict) bool { return v.Test == test })
	if i < 0 {
		return course.Verdict{}, false
	}
	return f.report.Verdicts[i], true
}

// passes tells whether a test passes wherever it has run.
func (m model) passes(test string) bool {
	ran := false
	for _, at := range m.columns() {
		if v, found := m.places[at].verdict(test); found {
			if !v.Passed {
				return false
			}
			ran = true
		}
	}
	return ran
}

// indent is how far an explanation stands to the right: below the test's sentence, where there is room.
func (m model) indent(p *picture) string {
	if p.width < 80 {
		return "  "
	}
	wide := 0
	for _, at := range m.columns() {
		wide += m.cell(p, at)
	}
	return strings.Repeat(" ", wide)
}
