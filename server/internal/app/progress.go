package app

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/charmbracelet/x/term"

	"wslab/server/course"
	"wslab/server/course/progress"
)

// runHint reveals the next hint of the lesson. After the last it shows all of them again.
func runHint(_ context.Context, c *call) error {
	say, lang, err := c.learner()
	if err != nil {
		return err
	}
	before, err := c.repo.Progress(c.lesson)
	if err != nil {
		return err
	}
	now, err := c.repo.RevealHint(c.lesson)
	if err != nil {
		return err
	}
	hints, n := c.lesson.Hints(lang), c.lesson.Number
	shown := min(now.Hints, len(hints))
	first := max(shown-1, 0)
	if now.Hints == before.Hints {
		first = 0
	}
	for i, hint := range hints[first:shown] {
		fmt.Fprintf(c.out, say.hint+"\n", first+i+1, len(hints), hint)
	}
	fmt.Fprintln(c.out)
	switch left := len(hints) - shown; left {
	case 0:
		fmt.Fprintf(c.out, say.lastHint+"\n", n)
	case 1:
		fmt.Fprintf(c.out, say.oneMore+"\n", n)
	default:
		fmt.Fprintf(c.out, say.more+"\n", left, n)
	}
	return nil
}

// runSolution shows the learner's text beside the reference answer, and touches neither.
func runSolution(_ context.Context, c *call) error {
	say, lang, err := c.learner()
	if err != nil {
		return err
	}
	files, err := c.repo.Answer(c.lesson)
	if err != nil {
		return err
	}
	fmt.Fprint(c.out, course.Diff{Width: width(c.out), Lang: lang, Colour: course.WantsColour(c.out)}.Text(files))
	state, err := c.repo.MarkShown(c.lesson)
	if err != nil {
		return err
	}
	if !state.Done {
		fmt.Fprintf(c.out, "\n"+say.shown+"\n", c.mine())
	}
	return nil
}

// runReset gives the learner the starter again.
func runReset(_ context.Context, c *call) error {
	say, _, err := c.learner()
	if err != nil {
		return err
	}
	kept, err := c.repo.Reset(c.lesson)
	if err != nil {
		return err
	}
	if kept == "" {
		fmt.Fprintf(c.out, say.isStarter+"\n", c.mine())
		return nil
	}
	fmt.Fprintf(c.out, say.reset+"\n", c.mine(), c.repo.Rel(kept), c.lesson.Number)
	return nil
}

// runRestore brings the text back that was kept last.
func runRestore(_ context.Context, c *call) error {
	say, _, err := c.learner()
	if err != nil {
		return err
	}
	kept, err := c.repo.Restore(c.lesson)
	if errors.Is(err, course.ErrNothingKept) {
		return fmt.Errorf(say.nothingKept, c.lesson.Number)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, say.restored+"\n", c.mine())
	if kept != "" {
		fmt.Fprintf(c.out, say.undo+"\n", c.repo.Rel(kept), c.lesson.Number)
	}
	return nil
}

// learner reads the flags of a command that speaks to a learner, and says which lines of the file of
// progress nobody understands.
func (c *call) learner() (say sayings, lang string, err error) {
	set, chosen := c.flags()
	if err := set.Parse(c.args); err != nil {
		return say, "", err
	}
	say = saidIn[*chosen]
	c.warnOfDamage(*chosen)
	return say, *chosen, nil
}

// warnOfDamage says which lines of the file of progress nobody understands.
func (c *call) warnOfDamage(lang string) {
	damaged, err := c.repo.DamagedProgress()
	if err != nil || len(damaged) == 0 {
		return // whoever needs the file says what is wrong with it
	}
	var lines []string
	for _, line := range damaged {
		lines = append(lines, fmt.Sprintf("%s:%d: %.60q", progress.Name, line.Number, line.Text))
	}
	fmt.Fprintf(c.err, saidIn[lang].damaged+"\n", strings.Join(lines, "\n  "))
}

// mine is the file that the learner edits.
func (c *call) mine() string {
	return "lessons/" + c.lesson.Folder + "/mine/" + c.lesson.Edit
}

// width returns how many columns there are to write to, or the width of a page where out is no terminal.
func width(out any) int {
	if file, ok := out.(*os.File); ok {
		if columns, _, err := term.GetSize(file.Fd()); err == nil && columns > 0 {
			return columns
		}
	}
	return 80
}
