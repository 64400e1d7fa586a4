package terminal

import (
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"
	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/x/ansi"

	"wslab/lessons"
	"wslab/server/course"
)

var (
	plain  = lipgloss.NewStyle()
	bold   = lipgloss.NewStyle().Bold(true)
	faint  = lipgloss.NewStyle().Faint(true)
	red    = lipgloss.NewStyle().Foreground(lipgloss.Red)
	green  = lipgloss.NewStyle().Foreground(lipgloss.Green)
	yellow = lipgloss.NewStyle().Foreground(lipgloss.Yellow)
)

// colours tells whether somebody wants them (see no-color.org).
func colours() bool { return os.Getenv("NO_COLOR") == "" }

// View implements [tea.Model]. It shows as much as there is room for: the keys are what goes last.
func (m model) View() tea.View {
	if m.width == 0 {
		return tea.NewView("")
	}
	return tea.NewView(strings.Join(m.fitting(), "\n"))
}

// fitting returns the fullest picture that leaves a line to what goes by.
func (m model) fitting() []string {
	room := m.height - 1
	lines := m.lines(thrift{})
	for level := noGaps; level <= noFailures && len(lines) > room; level++ {
		lines = m.lines(thrift{level: level})
	}
	if over := len(lines) - room; over > 0 {
		lines = m.lines(thrift{level: noFailures, cut: over + 1}) // a line says that something is left out
	}
	return lines[max(0, min(len(lines)-room, len(lines)-1)):]
}

// A thrift says what a picture leaves out.
type thrift struct {
	level int // of those below
	cut   int // lines of the explanation
}

// The levels of thrift, each adding to the one before.
const (
	noGaps     = 1 + iota // no empty lines, no goal
	noPasses              // tests that pass are counted
	noFailures            // tests that fail are counted, but for the first
)

func (m model) lines(t thrift) []string {
	p := &picture{width: m.width - 1}
	gap := func() {
		if t.level < noGaps {
			p.lines = append(p.lines, "")
		}
	}
	p.lines = append(p.lines, faint.Render(strings.Repeat("─", p.width)))
	title := fmt.Sprintf(m.words.lesson, m.Lesson.Number, m.Lesson.Title(m.Lang))
	if m.standing.Done {
		title += " · ✓ " + m.words.doneMark
	}
	p.add(bold, "", title)
	if t.level < noGaps {
		p.add(plain, "", m.Lesson.Goal(m.Lang))
	}
	gap()
	label := max(ansi.StringWidth(m.words.edit), ansi.StringWidth(m.words.page)) + 2
	p.link(pad(m.words.edit, label), "lessons/"+m.Lesson.Folder+"/mine/"+m.Lesson.Edit, m.fileURL())
	p.link(pad(m.words.page, label), m.Page, m.Page)
	gap()
	m.results(p, t)
	gap()
	m.bars(p)
	m.keys(p)
	return p.lines
}

// fileURL is the address of the file that the learner edits: many terminals open it at a click.
func (m model) fileURL() string {
	path := filepath.ToSlash(m.Repo.Path("lessons", m.Lesson.Folder, "mine", m.Lesson.Edit))
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	return (&url.URL{Scheme: "file", Path: path}).String()
}

// bars show how far the lesson and the course are.
func (m model) bars(p *picture) {
	passes := 0
	if native := m.places[course.Natively].report; native != nil {
		passes = native.Passes()
	}
	total := max(m.standing.lessons, len(lessons.All()))
	long := 12
	if p.width < 60 {
		long = 6
	}
	lesson := bar(passes, len(m.tests()), long) + " " + fmt.Sprintf(m.words.ofTests, passes, len(m.tests()))
	whole := bar(m.standing.done, total, long) + " " + fmt.Sprintf(m.words.ofCourse, m.standing.done, total)
	if both := lesson + "    " + whole; ansi.StringWidth(both) <= p.width {
		p.add(plain, "", both)
		return
	}
	p.add(plain, "", lesson)
	p.add(plain, "", whole)
}

func bar(n, of, long int) string {
	full := 0
	if of > 0 {
		full = n * long / of
	}
	return strings.Repeat("█", full) + strings.Repeat("░", long-full)
}

// keys show what can be done, or ask back.
func (m model) keys(p *picture) {
	switch {
	case m.ended:
		return
	case m.surely == "s":
		p.add(yellow, "", m.words.surely)
		return
	case m.surely == "n":
		next, _ := m.Lesson.Next()
		p.add(yellow, "", fmt.Sprintf(m.words.surelyNext, next.Number))
		return
	}
	all := len(m.Lesson.Hints(m.Lang))
	keys := []string{
		fmt.Sprintf("h %s %d/%d", m.words.keyHint, min(m.standing.Hints, all), all),
		"s " + m.words.keyAnswer, "r " + m.words.keyAgain, "n " + m.words.keyNext, "q " + m.words.keyQuit,
	}
	line := ""
	for _, key := range keys {
		key = strings.ReplaceAll(key, " ", "\u00a0") // a key and its word stay together
		if line != "" && ansi.StringWidth(line+"  "+key) > p.width {
			p.add(faint, "", line)
			line = ""
		}
		line = strings.TrimLeft(line+"   "+key, " ")
	}
	p.add(faint, "", line)
}

// tests are the names of the lesson's tests, those first that it explains.
func (m model) tests() (names []string) {
	for _, t := range m.Lesson.Tests {
		names = append(names, t.Name)
	}
	for _, at := range []course.Place{course.Natively, course.InBrowser} {
		if r := m.places[at].report; r != nil {
			for _, v := range r.Verdicts {
				if !slices.Contains(names, v.Test) {
					names = append(names, v.Test)
				}
			}
		}
	}
	return names
}

// A picture is lines that are no wider than the terminal.
type picture struct {
	width int
	lines []string
}

// add adds a text after a label, broken at the picture's edge and indented as the label is wide.
func (p *picture) add(style lipgloss.Style, label, text string) {
	indent := ansi.StringWidth(label)
	for i, line := range wrap(text, p.width-indent) {
		before := label
		if i > 0 {
			before = strings.Repeat(" ", indent)
		}
		p.lines = append(p.lines, before+style.Render(line))
	}
}

// link adds a text that a click opens, where the terminal can. Where there is no room for both, it goes
// without its label: it can be taken whole.
func (p *picture) link(label, text, address string) {
	if ansi.StringWidth(label+text) > p.width {
		label = ""
	}
	for i, line := range wrap(text, p.width-ansi.StringWidth(label)) {
		if i > 0 {
			label = strings.Repeat(" ", ansi.StringWidth(label))
		}
		p.lines = append(p.lines, faint.Render(label)+ansi.SetHyperlink(address)+line+ansi.ResetHyperlink())
	}
}

func wrap(text string, width int) []string {
	return strings.Split(ansi.Wrap(text, max(width, 8), ""), "\n")
}

func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-ansi.StringWidth(text)))
}
