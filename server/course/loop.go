package course

import (
	"context"
	"errors"
	"log/slog"

	"wslab/lessons"
	"wslab/server/course/chromium"
)

// A Place is where a lesson's tests run.
type Place string

// The places, in the order in which a text is judged there.
const (
	Natively  Place = "native"
	InBrowser Place = "browser"
)

// A Listener hears what the loop does, in order, never twice at a time.
type Listener interface {
	// Testing says that the tests begin to run there, on the newest text.
	Testing(Place)
	// Tested says what they found. A run that a newer save has overtaken is not told. Where vet has
	// something to add it comes a second time for the same run, with warnings.
	Tested(Place, Report)
	// Trouble says that they could not run, for a reason that is not in the code: no browser, say.
	Trouble(Place, error)
}

// A Loop judges the learner's answer to a lesson at once, and again after every save.
type Loop struct {
	Repo   Repo
	Lesson lessons.Lesson
	// Browser opens the browser, once, when it is first needed. Where it is nil the tests run natively only.
	Browser func(context.Context) (*chromium.Browser, error)
	// Again asks to run the newest text once more.
	Again <-chan struct{}
	// Listeners hear of everything, each in turn.
	Listeners []Listener
}

// Run runs the loop until ctx ends.
func (l Loop) Run(ctx context.Context) {
	native := func(ctx context.Context) (Report, error) { return l.Repo.Native(ctx, l.Lesson, Exam{Subject: Mine}) }
	loop := &loop{
		dir:    l.Repo.mine(l.Lesson),
		watch:  Watch,
		again:  l.Again,
		trials: []trial{{Natively, native}},
		vet:    func(ctx context.Context) ([]Problem, error) { return l.Repo.Vet(ctx, l.Lesson) },
		tell:   listeners(l.Listeners),
	}
	if l.Browser != nil && l.Lesson.Targets.Browser {
		kept := &keptBrowser{open: func() (*chromium.Browser, error) { return l.Browser(ctx) }}
		defer kept.close()
		loop.trials = append(loop.trials, trial{InBrowser, func(ctx context.Context) (Report, error) { return l.inBrowser(ctx, kept) }})
	}
	loop.run(ctx)
}

func (l Loop) inBrowser(ctx context.Context, kept *keptBrowser) (Report, error) {
	b, err := kept.get(ctx)
	if err != nil {
		return Report{}, err
	}
	return l.Repo.Browser(ctx, b, l.Lesson, Exam{Subject: Mine})
}

// listeners is a Listener that tells many.
type listeners []Listener

func (all listeners) Testing(p Place) {
	for _, l := range all {
		l.Testing(p)
	}
}

func (all listeners) Tested(p Place, r Report) {
	for _, l := range all {
		l.Tested(p, r)
	}
}

func (all listeners) Trouble(p Place, err error) {
	for _, l := range all {
		l.Trouble(p, err)
	}
}

// A trial judges the text in one place.
type trial struct {
	place Place
	judge func(ctx context.Context) (Report, error)
}

// loop is the Loop without what its trials need.
type loop struct {
	dir    string
	watch  func(ctx context.Context, dir string) <-chan Stamp
	again  <-chan struct{}
	trials []trial
	vet    func(ctx context.Context) ([]Problem, error)
	tell   Listener
}

// run judges the newest text until ctx ends. A save during a run ends the run: it would judge what is
// no longer there.
func (l *loop) run(ctx context.Context) {
	states := l.watch(ctx, l.dir)
	_, more := <-states
	for more {
		judged, done, cancel := l.start(ctx)
		more = l.wait(states, judged, done)
		cancel()
		<-done
	}
}

// wait returns when there is another text to judge than the one that is judged, or no more, or when
// somebody wants to see it judged again.
func (l *loop) wait(states <-chan Stamp, judged Stamp, done <-chan struct{}) bool {
	for {
		select {
		case <-done:
			if stamp(l.dir) != judged { // the run may have read either text
				return true
			}
			done = nil
		case _, more := <-states: // perhaps one from before the run
			if !more || stamp(l.dir).content != judged.content {
				return more
			}
		case <-l.again:
			return true
		}
	}
}

// start begins to judge. A run reads the files at some moment of its own, so what it finds counts only
// for the state that it began with.
func (l *loop) start(ctx context.Context) (judged Stamp, done <-chan struct{}, cancel func()) {
	ctx, cancel = context.WithCancel(ctx)
	ended := make(chan struct{})
	judged = stamp(l.dir)
	go func() {
		defer close(ended)
		l.judge(ctx, judged)
	}()
	return judged, ended, cancel
}

// judge tries the text in one place after the other. What cannot be compiled in the first need not be
// tried in the next.
func (l *loop) judge(ctx context.Context, judged Stamp) {
	current := func() bool { return ctx.Err() == nil && stamp(l.dir) == judged }
	for i, t := range l.trials {
		l.tell.Testing(t.place)
		report, err := t.judge(ctx)
		switch {
		case !current():
			return
		case err != nil:
			l.tell.Trouble(t.place, err)
			if errors.Is(err, chromium.ErrMissing) { // said once, it is known
				l.trials = l.trials[:i]
			}
			return
		}
		l.tell.Tested(t.place, report)
		if len(report.Problems) > 0 {
			return
		}
		if t.place == Natively {
			l.warn(ctx, report, current)
		}
	}
}

// warn tells a report once more where vet has something to add. That vet cannot run is no trouble:
// the verdict stands without it.
func (l *loop) warn(ctx context.Context, report Report, current func() bool) {
	warnings, err := l.vet(ctx)
	if err != nil {
		slog.Debug("go vet", "err", err)
	}
	if report.Warnings = warnings; len(warnings) > 0 && current() {
		l.tell.Tested(Natively, report)
	}
}
