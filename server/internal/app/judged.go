package app

import (
	"log/slog"

	"wslab/lessons"
	"wslab/server/course"
	"wslab/server/course/feed"
	"wslab/server/course/progress"
)

// A lesson tells its page what the loop finds, and does for the page what a learner does in the terminal.
var (
	_ course.Listener = (*lesson)(nil)
	_ feed.Desk       = (*lesson)(nil)
)

// Testing implements [course.Listener]. What was done in the terminal meanwhile is told, too.
func (l *lesson) Testing(at course.Place) {
	l.stood()
	l.feed.SetResults(feed.Results{Place: string(at), Running: true})
}

// Trouble implements [course.Listener].
func (l *lesson) Trouble(at course.Place, err error) {
	l.feed.SetResults(feed.Results{Place: string(at), Message: err.Error()})
}

// Tested implements [course.Listener]. A lesson is done when its tests pass natively: not everybody has
// the browser.
func (l *lesson) Tested(at course.Place, r course.Report) {
	results := feed.Results{Place: string(at), Problems: l.pageProblems(r.Problems), Warnings: l.pageProblems(r.Warnings)}
	for _, v := range r.Verdicts {
		results.Tests = append(results.Tests, pageResult(v))
	}
	l.feed.SetResults(results)
	if at == course.Natively && r.Passed() {
		_, _ = l.stand(l.repo.MarkPassed) // what went wrong is logged
	}
}

// printedLines are how many lines that the code printed are shown below a failed test, as in the terminal.
const printedLines = 3

func pageResult(v course.Verdict) feed.Result {
	result := feed.Result{Name: v.Test, Passed: v.Passed, Message: v.Message, Where: v.Where, Hangs: v.Hangs()}
	if v.Expected != "" {
		result.Expected = inEachLanguage(func(lang string) string { expected, _ := v.Wording(lang); return expected })
		result.Got = inEachLanguage(func(lang string) string { _, got := v.Wording(lang); return got })
	}
	if !v.Passed {
		result.Printed = v.Printed[:min(len(v.Printed), printedLines)]
	}
	if v.Crash != nil {
		result.Crashed = true
		result.Message, result.Where, result.Expected, result.Got = v.Crash.Message, v.Crash.Place(), nil, nil
	}
	return result
}

func (l *lesson) pageProblems(problems []course.Problem) (all []feed.Problem) {
	for _, p := range problems {
		all = append(all, feed.Problem{
			File: p.File, Line: p.Line, Column: p.Column, Message: p.Message, Source: p.Source,
			Said:  inEachLanguage(func(lang string) string { said, _ := p.Wording(l.Lesson, lang); return said }),
			Means: inEachLanguage(func(lang string) string { _, means := p.Wording(l.Lesson, lang); return means }),
		})
	}
	return all
}

func inEachLanguage(say func(lang string) string) feed.Words {
	words := feed.Words{}
	for _, lang := range lessons.Languages {
		if said := say(lang); said != "" {
			words[lang] = said
		}
	}
	return words
}

// stand does something about the learner's progress and tells the page where the learner stands then. One
// at a time: what was read before must not be told after what was read later.
func (l *lesson) stand(do func(lessons.Lesson) (progress.State, error)) (feed.Standing, error) {
	l.standing.Lock()
	defer l.standing.Unlock()
	s, err := do(l.Lesson)
	standing := feed.Standing{Done: s.Done, Hints: s.Hints, Shown: s.Shown}
	if err != nil {
		slog.Warn("a learner's progress", "lesson", l.Number, "err", err)
		return standing, err
	}
	l.feed.SetStanding(standing)
	return standing, nil
}

// Hint implements [feed.Desk].
func (l *lesson) Hint() (feed.Standing, error) { return l.help(l.repo.RevealHint) }

// Show implements [feed.Desk].
func (l *lesson) Show() (feed.Standing, error) { return l.help(l.repo.MarkShown) }

// help is stand for what the page asks for: the terminal hears of it, too.
func (l *lesson) help(do func(lessons.Lesson) (progress.State, error)) (feed.Standing, error) {
	standing, err := l.stand(do)
	if at := l.terminal.Load(); at != nil && at.helped != nil {
		at.helped()
	}
	return standing, err
}

// Again implements [feed.Desk]. Where nobody works on the lesson, nothing happens.
func (l *lesson) Again() {
	select {
	case l.again <- struct{}{}:
	default:
	}
}
