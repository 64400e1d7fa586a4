package mutation

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"golang.org/x/sync/errgroup"

	"wslab/lessons"
	"wslab/lessons/judge"
)

// A Result is what became of a lesson's mutants.
type Result struct {
	Lesson    lessons.Lesson
	Mutants   int
	Survivors []Mutant // no test rejects them
}

// Why says why no test can notice a mutant, or "" where one could.
func (r Result) Why(m Mutant) string {
	for _, same := range r.Lesson.Equivalents {
		if same.In == m.In && same.Line == m.After {
			return same.Why
		}
	}
	return ""
}

// Caught is how many were rejected.
func (r Result) Caught() int { return r.Mutants - len(r.Survivors) }

// patience is how long a mutant may think at least. One that holds a lock for ever takes for ever, also under a fake
// clock.
var patience = 30 * time.Second

// Run tries every mutant of the file that a learner edits, or of all files of the solution, on as many processors as
// there are. Root is the repository's folder.
func Run(ctx context.Context, root string, l lessons.Lesson, all bool) (Result, error) {
	s, err := load(filepath.Join(root, "lessons", l.Folder, "solution"))
	if err != nil {
		return Result{}, err
	}
	var files []string
	if !all {
		files = []string{l.Edit}
	}
	mutants, err := s.mutants(files...)
	if err != nil {
		return Result{}, err
	}
	dir, err := os.MkdirTemp("", "mutants-")
	if err != nil {
		return Result{}, err
	}
	defer os.RemoveAll(dir)
	program, err := judge.Build(ctx, root, l, answers(l, mutants), dir)
	if err != nil {
		return Result{}, err
	}
	enough, err := measure(ctx, program)
	if err != nil {
		return Result{}, err
	}
	survives := make([]bool, len(mutants))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i := range mutants {
		group.Go(func() (err error) {
			survives[i], err = accepted(ctx, program, name(i), enough)
			return err
		})
	}
	r := Result{Lesson: l, Mutants: len(mutants)}
	if err := group.Wait(); err != nil {
		return r, err
	}
	for i, m := range mutants {
		if survives[i] {
			r.Survivors = append(r.Survivors, m)
		}
	}
	return r, nil
}

// unchanged is the solution itself.
const unchanged = "unchanged"

// measure runs the solution itself, which has to pass, and returns how long a mutant may think: several times as long
// as that, since others think at the same time.
func measure(ctx context.Context, program string) (time.Duration, error) {
	began := time.Now()
	passes, err := accepted(ctx, program, unchanged, 10*time.Minute)
	if err == nil && !passes {
		err = errors.New("the solution itself is rejected")
	}
	return max(patience, 5*time.Since(began)), err
}

func name(i int) string { return fmt.Sprintf("m%d", i+1) }

func answers(l lessons.Lesson, mutants []Mutant) []judge.Answer {
	all := []judge.Answer{{Name: unchanged, Tests: judge.Tests(l)}}
	for i, m := range mutants {
		all = append(all, judge.Answer{Name: name(i), Files: map[string]string{m.File: m.source}, Tests: judge.Tests(l)})
	}
	return all
}

// accepted tells whether all tests of the contract pass. One that does not end is rejected.
func accepted(ctx context.Context, program, name string, enough time.Duration) (bool, error) {
	ctx, cancel := context.WithTimeoutCause(ctx, enough, errNoEnd)
	defer cancel()
	err := exec.CommandContext(ctx, program, judge.Run(name)).Run()
	var exit *exec.ExitError
	if err == nil {
		return true, nil
	}
	if errors.As(err, &exit) && (ctx.Err() == nil || errors.Is(context.Cause(ctx), errNoEnd)) {
		return false, nil
	}
	return false, err
}

var errNoEnd = errors.New("the mutant does not end")
