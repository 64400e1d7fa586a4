package app

import (
	"context"
	"fmt"
	"io"

	"wslab/lessons"
	"wslab/server/course/mutation"
)

// enough is how many of 100 mutants a lesson's tests must catch.
const enough = 90

func runMutate(ctx context.Context, c *call) error {
	set, _ := c.flags()
	only := set.String("lesson", "", "one lesson, by its number or id; all of them where it is not given")
	whole := set.Bool("whole", false, "change all files of the solution, not only the one that a learner edits")
	if err := set.Parse(c.args); err != nil {
		return err
	}
	all := lessons.All()
	if *only != "" {
		l, found := lessons.Find(*only)
		if !found {
			return fmt.Errorf("there is no lesson %q", *only)
		}
		all = []lessons.Lesson{l}
	}
	var sum tally
	for _, l := range all {
		r, err := mutation.Run(ctx, c.repo.Root, l, *whole)
		if err != nil {
			return err
		}
		sum.add(c.out, r)
	}
	fmt.Fprintf(c.out, "%d of %d mutants caught: %.1f of 100; of the others %d are explained and %d are not\n",
		sum.caught, sum.mutants, 100*float64(sum.caught)/float64(max(sum.mutants, 1)), sum.explained, sum.mutants-sum.caught-sum.explained)
	if sum.caught*100 < enough*sum.mutants {
		return errFailed
	}
	return nil
}

// A tally counts the mutants of several lessons.
type tally struct{ mutants, caught, explained int }

// add counts a lesson's mutants, and prints those that no test has caught.
func (t *tally) add(out io.Writer, r mutation.Result) {
	t.mutants, t.caught = t.mutants+r.Mutants, t.caught+r.Caught()
	fmt.Fprintf(out, "lesson %2d  %-12s %3d of %3d mutants caught\n", r.Lesson.Number, r.Lesson.ID, r.Caught(), r.Mutants)
	for _, m := range r.Survivors {
		fmt.Fprintf(out, "  %s:%d  %s\n      → %s\n", m.File, m.Line, m.Before, m.After)
		if why := r.Why(m); why != "" {
			t.explained++
			fmt.Fprintf(out, "      the same in other words: %s\n", why)
		}
	}
}
