package course

import (
	"context"
	"io"
	"log/slog"
	"time"

	"wslab/lessons"
)

// raceTimeout is how long the tests of a lesson may take with the race detector, which makes them ten times slower.
const raceTimeout = time.Minute

// Check judges the learner's answer to l once, says on out what it found, and tells whether it
// passed, which it remembers. Where there is a C compiler an answer that passes is run once more with the race
// detector: a forgotten lock is otherwise found by luck. The error is about what kept the tests from running, never
// about the answer.
func (r Repo) Check(ctx context.Context, out io.Writer, l lessons.Lesson, lang string) (passed bool, err error) {
	if _, _, err := r.Mine(l); err != nil {
		return false, err
	}
	p := r.Printer(out, l, lang)
	report, err := r.Native(ctx, l, Exam{Subject: Mine})
	if err == nil && report.Passed() && r.needCompiler(ctx) == nil {
		p.faintly(p.words.racing) // the first time its packages are compiled, which may take minutes
		report, err = r.Native(ctx, l, Exam{Subject: Mine, Race: true, Timeout: raceTimeout})
	}
	if err != nil {
		return false, err
	}
	p.Tested(Natively, report)
	if len(report.Problems) == 0 {
		report.Warnings, err = r.Vet(ctx, l)
	}
	if len(report.Warnings) > 0 {
		p.Tested(Natively, report)
	}
	if report.Passed() {
		if _, err := r.MarkPassed(l); err != nil { // it has passed all the same
			slog.WarnContext(ctx, "progress is not remembered", "err", err)
		}
	}
	return report.Passed(), err
}

// Introduce says on out what lesson l is about, where its page is and which file to edit.
func (r Repo) Introduce(out io.Writer, l lessons.Lesson, lang, page string) {
	NewPrinter(out, l, lang).introduce(r.Rel(r.mine(l))+"/"+l.Edit, page)
}
