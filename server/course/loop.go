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

func (l *loop) run(ctx context.Context) {
	var last Stamp
	for state := range Watch(ctx, l.dir, lookEvery) {
		if state.content != last.content {
			last = l.judgeNewest(ctx)
		}
	}
}

// judgeNewest judges until the text that was judged is the newest. A run reads the files at some
// moment of its own, so it counts only if nothing was saved meanwhile.
func (l *loop) judgeNewest(ctx context.Context) (judged Stamp) {
	for ctx.Err() == nil {
		judged = stamp(l.dir)
		report, err := l.judge(ctx)
		if ctx.Err() != nil {
			break
		}
		l.judged(report, err)
		if stamp(l.dir) == judged {
			break
		}
	}
	return judged
}
