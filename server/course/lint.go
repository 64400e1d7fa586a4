package course

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"go/format"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"wslab/lessons"
)

// portable are the packages that also run in a browser, beside the lessons.
var portable = []string{
	"./server/gateway/...", "./server/balance", "./server/protocol/...", "./server/transport", "./server/transport/browser", "./wasm/...",
}

// inBrowsers are the packages of the lessons that run in a browser.
func inBrowsers() []string {
	var all []string
	for _, l := range lessons.All() {
		if l.Targets.Browser {
			dir := "./lessons/" + l.Folder
			all = append(all, dir, dir+"/starter", dir+"/solution")
		}
	}
	return all
}

// errLint ends a check that has already said what is wrong.
var errLint = errors.New("lint found something: see above")

// Lint checks what needs no test: formatting, vet here and for the browser, generated files.
func (r Repo) Lint(ctx context.Context, out io.Writer) error {
	checks := []struct {
		name string
		run  func() error
	}{
		{"gofmt", func() error { return r.formatted(out) }},
		{"go vet ./...", func() error { return r.vet(ctx, out, nil, "-tags=browser", "./...") }},
		{"go vet for js/wasm", func() error { return r.vet(ctx, out, js, append(inBrowsers(), portable...)...) }},
		{"templ generate", func() error { return r.GenerateCheck(ctx, out) }},
	}
	failed := false
	for _, c := range checks {
		verdict := "ok"
		if err := c.run(); err != nil {
			failed, verdict = true, "FAIL: "+err.Error()
		}
		fmt.Fprintf(out, "%-22s %s\n", c.name, verdict)
	}
	if failed {
		return errLint
	}
	return nil
}

func (r Repo) vet(ctx context.Context, out io.Writer, env []string, args ...string) error {
	cmd := r.Go(ctx, env, append([]string{"vet"}, args...)...)
	cmd.Stdout, cmd.Stderr = out, out
	return cmd.Run()
}

// formatted checks every Go file of the house. The learners' answers may look as they like.
func (r Repo) formatted(out io.Writer) error {
	var wrong int
	err := r.eachFile(".go", func(path string) error {
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if want, err := format.Source(text); err != nil || !bytes.Equal(text, want) {
			wrong++
			fmt.Fprintf(out, "%s: not formatted: run gofmt -w on it\n", r.Rel(path))
		}
		return nil
	})
	if err == nil && wrong > 0 {
		err = fmt.Errorf("%d files are not formatted", wrong)
	}
	return err
}

// eachFile calls do for every file of the house whose name ends with suffix.
func (r Repo) eachFile(suffix string, do func(path string) error) error {
	return filepath.WalkDir(r.Root, func(path string, d fs.DirEntry, err error) error {
		name := d.Name()
		switch {
		case err != nil:
			return err
		case d.IsDir() && path != r.Root && (name == string(Mine) || name == "node_modules" || strings.HasPrefix(name, ".")):
			return fs.SkipDir
		case d.IsDir() || !strings.HasSuffix(name, suffix):
			return nil
		}
		return do(path)
	})
}
