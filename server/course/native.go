package course

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wslab/lessons"
)

// An Exam says how a lesson's tests are run.
type Exam struct {
	Subject Subject           // whose code is judged
	Race    bool              // with the race detector, natively
	Overlay map[string]string // files to read instead of others, by absolute path: how a mistake is judged
	Flags   []string          // more flags for the test binary, such as -test.count=20
	Timeout time.Duration     // 0 is 8 s: lessons run in memory, under a fake clock; what takes longer hangs
}

// Native judges a lesson by its tests, natively. The error says that the tests could not be run for a
// reason that is not in the code.
func (r Repo) Native(ctx context.Context, l lessons.Lesson, e Exam) (Report, error) {
	run := func(ctx context.Context, binary string, flags []string, out io.Writer) error {
		return runBinary(ctx, r.Path("lessons", l.Folder), binary, flags, out)
	}
	b := build{race: e.Race}
	if !e.Race { // which is linked by a C compiler; without one the linker has a tenth less to do
		b.env = []string{"CGO_ENABLED=0"}
	}
	return r.judge(ctx, l, e, b, run)
}

// runBinary runs a test binary in dir. Only what keeps it from running is an error: how it ended is
// in its output.
func runBinary(ctx context.Context, dir, binary string, flags []string, out io.Writer) error {
	cmd := exec.CommandContext(ctx, binary, flags...)
	cmd.Dir = dir
	cmd.Stdout, cmd.Stderr = out, out
	cmd.WaitDelay = time.Second
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) || errors.Is(err, exec.ErrWaitDelay) {
		return nil
	}
	return err
}

// A runner runs a test binary with flags, writes what it prints to out, and ends it with ctx.
type runner func(ctx context.Context, binary string, flags []string, out io.Writer) error

// judge builds the tests of l and runs them.
func (r Repo) judge(ctx context.Context, l lessons.Lesson, e Exam, b build, run runner) (report Report, err error) {
	start := time.Now()
	defer func() { report.Took = time.Since(start) }()
	if e.Timeout == 0 {
		e.Timeout = 8 * time.Second
	}
	if e.Subject == Mine {
		report.Problems, err = r.Inspect(l, r.mine(l))
		if err != nil || len(report.Problems) > 0 {
			return report, err
		}
	}
	dir, err := os.MkdirTemp("", "wslab-test-")
	if err != nil {
		return report, err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "lesson.test.exe") // Windows runs no other name
	b.pkg, b.tag, b.overlay = "./lessons/"+l.Folder, e.Subject.tag(), e.Overlay
	report.Problems, err = b.to(ctx, r, binary)
	if err != nil || len(report.Problems) > 0 {
		return report, err
	}
	err = r.runAll(ctx, l, e, binary, run, &report)
	return report, err
}

// runAll runs every test. A crash ends a binary before its other tests have run: it is started again
// without the tests that have their verdict. In the learning loop a test that hangs is the last one:
// the others would most likely hang as long.
func (r Repo) runAll(ctx context.Context, l lessons.Lesson, e Exam, binary string, run runner, report *Report) error {
	flags := append([]string{"-test.v=test2json", "-test.fullpath=true", "-test.timeout=" + e.Timeout.String()}, e.Flags...)
	for {
		out := &output{repo: r, suspect: r.Path("lessons", l.Folder, string(e.Subject))}
		err := r.convert(ctx, out, func(w io.Writer) error {
			ctx, cancel := context.WithTimeout(ctx, e.Timeout+5*time.Second) // it ends itself before, with a trace
			defer cancel()
			return run(ctx, binary, append(slices.Clip(flags), skip(report.Verdicts)...), w)
		})
		if err != nil {
			return err
		}
		verdicts := out.verdicts()
		report.Verdicts = append(report.Verdicts, verdicts...)
		if out.ended || e.Subject == Mine && hangs(verdicts) {
			return nil
		}
		if len(verdicts) == 0 {
			return out.startError(l, report)
		}
	}
}

func hangs(verdicts []Verdict) bool {
	return slices.ContainsFunc(verdicts, func(v Verdict) bool { return v.Crash != nil && v.Crash.timedOut() })
}

func (o *output) startError(l lessons.Lesson, report *Report) error {
	if crash, found := o.crash(); found {
		report.Problems = []Problem{crash}
		return nil
	}
	return fmt.Errorf("the tests of lesson %d ended before one of them ran:\n%s", l.Number, o.rest.String())
}

// skip is the flag that leaves out the tests that have their verdict.
func skip(judged []Verdict) []string {
	if len(judged) == 0 {
		return nil
	}
	names := make([]string, len(judged))
	for i, v := range judged {
		names[i] = v.Test
	}
	return []string{"-test.skip=^(" + strings.Join(names, "|") + ")$"}
}
