package progress

import "time"

// A State is where a learner stands in one lesson.
type State struct {
	Done    bool // the tests have passed on some text of the learner's
	Hints   int  // how many hints have been revealed
	Shown   bool // the answer was shown before the tests passed
	Earlier bool // the tests have passed, as they were before the lesson changed
}

// State returns where the learner stands in a lesson, by its id and its contract.
func (l Log) State(lesson, contract string) (s State) {
	passed, shown := none, none
	for _, f := range l.Facts {
		switch {
		case f.Lesson != lesson:
		case f.Contract != contract:
			s.Earlier = s.Earlier || f.What == Passed
		case f.What == Hint:
			s.Hints = max(s.Hints, f.Number)
		case f.What == Passed:
			passed = earlier(passed, f.At)
		case f.What == Shown:
			shown = earlier(shown, f.At)
		}
	}
	s.Done = passed != none
	s.Shown = shown != none && !shown.After(passed)
	s.Earlier = s.Earlier && !s.Done
	return s
}

// none is later than anything that has happened.
var none = time.Date(10_000, 1, 1, 0, 0, 0, 0, time.UTC)

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
