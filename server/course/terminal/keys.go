package terminal

import (
	"fmt"

	tea "charm.land/bubbletea/v2"

	"wslab/server/course"
)

// press does what a key says. What gives something away, or leaves it undone, is asked back once.
func (m model) press(key string) (tea.Model, tea.Cmd) {
	asked := m.surely
	m.surely = ""
	switch key {
	case "h":
		return m, m.hint
	case "s":
		if asked != key && !m.passed() && !m.standing.Done && !m.standing.Shown {
			m.surely = key
			return m, nil
		}
		return m, m.answer
	case "r":
		select {
		case m.Again <- struct{}{}:
		default: // it has been asked for, or nobody runs tests
		}
	case "n":
		return m.goOn(asked == key)
	case "q", "ctrl+c":
		m.ended = true
		return m, tea.Quit
	case "ctrl+z":
		return m, tea.Suspend
	}
	return m, nil
}

func (m model) goOn(sure bool) (tea.Model, tea.Cmd) {
	switch {
	case m.isLast():
		m.scroll.say(plain, m.words.lastLesson)
		return m, nil
	case !sure && !m.passed() && !m.standing.Done:
		m.surely = "n"
		return m, nil
	}
	m.next, m.ended = true, true
	return m, tea.Quit
}

// hint reveals the next hint and says it. After the last one it says them all.
func (m model) hint() tea.Msg {
	before, err := m.Repo.Progress(m.Lesson)
	if err != nil {
		return failed{err}
	}
	now, err := m.Repo.RevealHint(m.Lesson)
	if err != nil {
		return failed{err}
	}
	hints := m.Lesson.Hints(m.Lang)
	if len(hints) == 0 {
		m.scroll.say(plain, m.words.noHints)
		return nil
	}
	shown := min(now.Hints, len(hints))
	first := shown - 1
	if now.Hints == before.Hints {
		first = 0
	}
	for i := first; i < shown; i++ {
		m.scroll.say(yellow, fmt.Sprintf(m.words.hint, i+1, len(hints), hints[i]))
	}
	if shown == len(hints) {
		m.scroll.say(faint, m.words.lastHint)
	}
	return m.stand(m.Repo.Progress)()
}

// answer says the learner's text beside the reference answer.
func (m model) answer() tea.Msg {
	files, err := m.Repo.Answer(m.Lesson)
	if err != nil {
		return failed{err}
	}
	m.scroll.say(plain, course.Diff{Width: m.width - 1, Lang: m.Lang, Colour: colours()}.Text(files))
	state := m.stand(m.Repo.MarkShown)()
	if s, ok := state.(standing); ok && !s.Done {
		m.scroll.say(plain, m.words.shown)
	}
	return state
}
