package app

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strconv"

	"wslab/server/course"
	"wslab/server/course/terminal"
)

// learn works on c's lesson until ctx ends or the learner has enough of it. It tells whether the learner
// goes on with the next lesson, which is c's then.
func (c *call) learn(ctx context.Context, a *App, lang, page string) (next bool, err error) {
	if _, _, err := c.repo.Mine(c.lesson); err != nil {
		return false, err
	}
	l := a.lessons[strconv.Itoa(c.lesson.Number)]
	defer l.terminal.Store(nil) // the next lesson has a terminal of its own
	work := func(out io.Writer, tell course.Listener, helped func()) func(context.Context) {
		l.terminal.Store(&workplace{out, lang, helped})
		return func(ctx context.Context) {
			c.open(page)
			l.host()
			course.Loop{
				Repo: c.repo, Lesson: c.lesson, Browser: c.repo.OpenBrowser, Again: l.again,
				Listeners: []course.Listener{tell, l},
			}.Run(ctx)
		}
	}
	if !terminal.Fits(os.Stdin, c.out) {
		c.repo.Introduce(c.out, c.lesson, lang, page)
		work(c.out, c.repo.Printer(c.out, c.lesson, lang), nil)(ctx)
		return false, nil
	}
	ui := terminal.New(terminal.Options{Repo: c.repo, Lesson: c.lesson, Lang: lang, Page: page, Again: l.again, Stood: l.stood})
	slog.SetDefault(NewLog(ui, c.log)) // or it would be written over the picture
	defer slog.SetDefault(NewLog(c.err, c.log))
	next, err = ui.Run(ctx, work(ui, ui, ui.Helped))
	if next {
		c.lesson, next = c.lesson.Next()
	}
	if !next && err == nil {
		fmt.Fprintln(c.out)
	}
	return next, err
}

// stood tells the page what the learner has done in the terminal.
func (l *lesson) stood() { _, _ = l.stand(l.repo.Progress) } // what went wrong is logged
