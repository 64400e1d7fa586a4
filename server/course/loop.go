package course

import (
	"context"
	"io"
	"time"

	"wslab/lessons"
)

// lookEvery is how often the loop looks for a save.
const lookEvery = 50 * time.Millisecond

// Loop judges the learner's answer to l at once and after every save, until ctx ends. It prints what
// it finds, calls testing before every run and hands every report to judged.
func (r Repo) Loop(ctx context.Context, l lessons.Lesson, lang string, out io.Writer, testing func(), judged func(Report)) {
	p := newPrinter(out, l, lang)
	loop := &loop{
		dir: r.mine(l),
		judge: func(ctx context.Context) (Report, error) {
			p.testing()
			testing()
			return r.Native(ctx, l, Exam{Subject: Mine})
		},
		judged: func(report Report, err error) {
			if err != nil {
				p.trouble(err)
				judged(Report{})
				return
			}
			p.report(report)
			judged(report)
		},
	}
	loop.run(ctx)
}

type loop struct {
	dir    string
	judge  func(ctx context.Context) (Report, error)
	judged func(Report, error)
}

// run judges the newest text until ctx ends. A save during a run ends the run: it would judge what is
// no longer there.
func (l *loop) run(ctx context.Context) {
	states := Watch(ctx, l.dir, lookEvery)
	_, more := <-states
	for more {
		judged, done, cancel := l.start(ctx)
		more = l.wait(states, judged, done)
		cancel()
		<-done
	}
}

// wait returns when there is another text to judge than the one that is judged, or no more.
func (l *loop) wait(states <-chan Stamp, judged Stamp, done <-chan struct{}) bool {
	for {
		select {
		case <-done:
			if stamp(l.dir) != judged { // the run may have read either text
				return true
			}
			done = nil
		case state, more := <-states:
			if !more || state.content != judged.content {
				return more
			}
		}
	}
}

// start begins a run of the tests. It reads the files at some moment of its own, so what it finds
// counts only for the state that it began with.
func (l *loop) start(ctx context.Context) (judged Stamp, done <-chan struct{}, cancel func()) {
	ctx, cancel = context.WithCancel(ctx)
	ended := make(chan struct{})
	judged = stamp(l.dir)
	go func() {
		defer close(ended)
		if report, err := l.judge(ctx); ctx.Err() == nil {
			l.judged(report, err)
		}
	}()
	return judged, ended, cancel
}
