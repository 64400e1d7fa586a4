package course

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"strings"
)

// An event is one line of go test -json.
type event struct {
	Action  string
	Package string
	Test    string
	Output  string

	FailedBuild string // of a package that did not build
}

// top is the name of the test that e belongs to, subtests counted to theirs.
func (e event) top() string {
	name, _, _ := strings.Cut(e.Test, "/")
	return name
}

// convert runs a test binary and hands what it prints to out, event by event, as go test -json
// would. Go's own tool does the reading.
func (r Repo) convert(ctx context.Context, out interface{ add(event) }, run func(io.Writer) error) error {
	path, err := r.tool(ctx, "test2json")
	if err != nil {
		return err
	}
	tool := exec.CommandContext(ctx, path)
	in, err := tool.StdinPipe()
	if err != nil {
		return err
	}
	events, err := tool.StdoutPipe()
	if err != nil {
		return err
	}
	if err := tool.Start(); err != nil {
		return err
	}
	ran := make(chan error, 1)
	go func() {
		err := run(in)
		ran <- errors.Join(err, in.Close())
	}()
	read := eachEvent(events, out.add)
	return errors.Join(<-ran, read, tool.Wait())
}

func eachEvent(in io.Reader, do func(event)) error {
	dec := json.NewDecoder(in)
	for {
		var e event
		err := dec.Decode(&e)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			_, _ = io.Copy(io.Discard, in) // or the writer waits for a reader for ever
			return fmt.Errorf("reading the output of the tests: %w", err)
		}
		do(e)
	}
}

// output collects the events of one run of a test binary.
type output struct {
	repo    Repo
	suspect string // the folder of the code under test

	tests []*transcript // in the order in which they started
	rest  excerpt
	ended bool // the binary ran to its end
}

// A transcript is what one test printed.
type transcript struct {
	name   string
	text   excerpt
	result string // "pass", "fail" or "skip"; "" where the binary crashed in it
}

func (o *output) add(e event) {
	if e.Test == "" {
		if e.Action == "output" {
			o.rest.add(e.Output)
			o.ended = o.ended || e.Output == "PASS\n" || e.Output == "FAIL\n"
		}
		return
	}
	t := o.test(e.top())
	if e.Action == "output" {
		t.text.add(e.Output)
		return
	}
	if e.Test != t.name || t.result == "fail" { // of many runs of one test, one failure counts
		return
	}
	switch e.Action {
	case "run":
		t.result = ""
	case "pass", "fail", "skip":
		t.result = e.Action
	}
}

func (o *output) test(name string) *transcript {
	for _, t := range o.tests {
		if t.name == name {
			return t
		}
	}
	t := &transcript{name: name}
	o.tests = append(o.tests, t)
	return t
}

// verdicts returns what is known of each test. A test that did not end has failed: it crashed, or
// the binary was killed in it.
func (o *output) verdicts() []Verdict {
	var all []Verdict
	for _, t := range o.tests {
		if t.result != "skip" {
			all = append(all, o.verdict(t.name, t.result == "pass", t.text.String()))
		}
	}
	return all
}

// crash returns what the binary died of before any test could run: a panic at its start.
func (o *output) crash() (Problem, bool) {
	if v := o.verdict("", false, o.rest.String()); v.Crash != nil {
		return *v.Crash, true
	}
	return Problem{}, false
}

func (o *output) verdict(test string, passed bool, text string) Verdict {
	v := Verdict{Test: test, Passed: passed}
	t := &transcriptReader{repo: o.repo, suspect: o.suspect, verdict: &v}
	t.read(text)
	return v
}
