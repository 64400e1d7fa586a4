package terminal

import (
	"fmt"
	"io"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"

	"wslab/lessons"
	"wslab/server/course"
	"wslab/server/course/progress"
)

// What the model hears.
type (
	begun  struct{ at course.Place }
	tested struct {
		at     course.Place
		report course.Report
	}
	trouble struct {
		at  course.Place
		err error
	}
	// standing is where the learner stands, in the lesson and in the course.
	standing struct {
		progress.State
		done, lessons int
	}
	helped struct{} // the page has given a hint, or the answer
	failed struct{ err error }
	over   struct{} // the process is to end
)

// A model is everything that the picture shows.
type model struct {
	Options
	words  words
	scroll *scroll

	width, height int
	places        map[course.Place]found
	standing      standing
	surely        string // the key that was asked back for: once more, and it does what it says
	next, ended   bool
}

// found is what is known of one place where the tests run.
type found struct {
	running bool
	report  *course.Report
	trouble error
}

func newModel(o Options, s *scroll) model {
	return model{Options: o, words: wordsOf(o.Lang), scroll: s, places: map[course.Place]found{}}
}

// Init implements [tea.Model].
func (m model) Init() tea.Cmd { return tea.Sequence(m.warn, m.stand(m.Repo.Progress)) }

// warn says what is wrong with the file of progress, and what the learner could not know.
func (m model) warn() tea.Msg {
	damaged, err := m.Repo.DamagedProgress()
	for _, line := range damaged {
		m.scroll.say(faint, fmt.Sprintf(m.words.damaged, line.Number, line.Text))
	}
	if err != nil {
		return failed{err}
	}
	if state, err := m.Repo.Progress(m.Lesson); err == nil && state.Earlier {
		m.scroll.say(plain, m.words.earlier)
	}
	return nil
}

// stand does something about the progress of the lesson and looks where the learner stands then.
func (m model) stand(do func(lessons.Lesson) (progress.State, error)) tea.Cmd {
	return func() tea.Msg {
		state, err := do(m.Lesson)
		if err != nil {
			return failed{err}
		}
		if m.Stood != nil {
			m.Stood()
		}
		s := standing{State: state}
		for _, l := range lessons.All() {
			s.lessons++
			if other, err := m.Repo.Progress(l); err == nil && other.Done {
				s.done++
			}
		}
		return s
	}
}

// Update implements [tea.Model].
func (m model) Update(msg tea.Msg) (tea.Model, tea.Cmd) {
	switch msg := msg.(type) {
	case tea.WindowSizeMsg:
		m.width, m.height = msg.Width, msg.Height
		m.scroll.width.Store(int64(msg.Width))
	case tea.KeyPressMsg:
		return m.press(strings.ToLower(msg.String()))
	case begun:
		now := m.places[msg.at]
		now.running = true
		if msg.at == course.Natively {
			m = m.forgetBrowser()
		}
		return m.with(msg.at, now), m.stand(m.Repo.Progress) // the page may have given a hint
	case tested:
		return m.tested(msg)
	case trouble:
		if known := m.places[msg.at].trouble; known == nil || known.Error() != msg.err.Error() {
			m.printer(m.scroll).Trouble(msg.at, msg.err)
		}
		m = m.with(msg.at, found{trouble: msg.err})
	case standing:
		m.standing = msg
	case helped:
		return m, m.stand(m.Repo.Progress)
	case over:
		m.ended = true
		return m, tea.Quit
	case failed:
		m.scroll.say(red, fmt.Sprintf(m.words.failed, msg.err))
	}
	return m, nil
}

// with returns m with something else known of a place. The map is made anew: a model is a value.
func (m model) with(at course.Place, f found) model {
	places := map[course.Place]found{at: f}
	for place, known := range m.places {
		if place != at {
			places[place] = known
		}
	}
	m.places = places
	return m
}

// forgetBrowser forgets what the browser found in another text, or was about to find. What keeps it from
// testing is remembered.
func (m model) forgetBrowser() model {
	return m.with(course.InBrowser, found{trouble: m.places[course.InBrowser].trouble})
}

func (m model) tested(msg tested) (tea.Model, tea.Cmd) {
	if len(msg.report.Warnings) > 0 { // the rest has been said
		m.printer(m.scroll).Tested(msg.at, msg.report)
		return m, nil
	}
	before := m.passed()
	m = m.with(msg.at, found{report: &msg.report})
	m.sayRun(msg)
	if !m.passed() {
		return m, nil
	}
	m.surely = "" // nothing is given away any more
	if !before && msg.at == course.Natively {
		m.sayDone()
	}
	return m, m.stand(m.Repo.MarkPassed)
}

// passed tells whether all tests pass where they have run.
func (m model) passed() bool {
	native := m.places[course.Natively].report
	return native != nil && native.Passed()
}

// sayRun says in one line how a run ended. The browser's is said where it differs.
func (m model) sayRun(msg tested) {
	sign, style, r := "✓", green, msg.report
	if !r.Passed() {
		sign, style = "✗", red
	}
	native := m.places[course.Natively].report
	if msg.at == course.InBrowser && native != nil && native.Passes() == r.Passes() {
		return
	}
	line := fmt.Sprintf(m.words.ran, m.placeName(msg.at), r.Passes(), len(m.tests()), m.seconds(r.Took))
	if len(r.Problems) > 0 {
		line = r.Problems[0].String()
	}
	m.scroll.say(style, fmt.Sprintf("%s  %s %s", time.Now().Format("15:04:05"), sign, course.Printable(line)))
}

func (m model) sayDone() {
	n := m.Lesson.Number
	if next, more := m.Lesson.Next(); more {
		m.scroll.say(bold, fmt.Sprintf(m.words.done, n, next.Number))
	} else {
		m.scroll.say(bold, fmt.Sprintf(m.words.lastDone, n))
	}
}

// isLast tells whether no lesson follows.
func (m model) isLast() bool {
	_, more := m.Lesson.Next()
	return !more
}

func (m model) placeName(at course.Place) string {
	if at == course.InBrowser {
		return m.words.browser
	}
	return m.words.native
}

// seconds is a duration as the language writes it.
func (m model) seconds(d time.Duration) string {
	text := fmt.Sprintf("%.1f s", d.Seconds())
	if m.Lang == "es" {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}

// printer says things as the plain lines say them.
func (m model) printer(out io.Writer) *course.Printer {
	return course.NewPrinter(out, m.Lesson, m.Lang)
}
