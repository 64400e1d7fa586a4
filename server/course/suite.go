package course

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"wslab/server/course/chromium"
)

// A Suite tests everything: the `test` command.
type Suite struct {
	Repo Repo
	Out  io.Writer
	// Build builds the page's program, which the tests of pages load.
	Build func(ctx context.Context) error
	// Serve starts the shared server for the live tests, open to pages of origin, and returns its
	// address. The suite calls stop when it is done.
	Serve func(ctx context.Context, origin string) (url string, stop func(), err error)
}

// A step is one part of the suite. What it finds it says itself.
type step struct {
	name string
	run  func(ctx context.Context, g *gotest) error
}

// Run runs everything, also what comes after a failure. It skips nothing: what this machine lacks is
// installed or is an error that says what to install.
func (s Suite) Run(ctx context.Context) error {
	start := time.Now()
	if err := s.need(ctx); err != nil {
		return err
	}
	b, err := s.Repo.OpenBrowser(ctx)
	if err != nil {
		return err
	}
	defer b.Close()
	steps := []step{
		{"lint", func(ctx context.Context, g *gotest) error { return s.Repo.Lint(ctx, s.Out) }},
		{"go test -race -tags=browser ./...", s.native},
		{"portable packages as WebAssembly in Chromium", s.inBrowser(b, portable)},
		{"lessons as WebAssembly in Chromium", s.inBrowser(b, inBrowsers())},
		{"live: Chromium against the running server", s.live(b)},
	}
	total, err := s.runSteps(ctx, steps)
	fmt.Fprintf(s.Out, "\n%s in %v\n", total, time.Since(start).Round(time.Second))
	return err
}

func (s Suite) runSteps(ctx context.Context, steps []step) (total counts, err error) {
	var failed []string
	for _, step := range steps {
		fmt.Fprintf(s.Out, "\n== %s\n", step.name)
		g := newGotest(s.Out)
		if err := step.run(ctx, g); err != nil {
			fmt.Fprintf(s.Out, "FAIL: %v\n", err)
			failed = append(failed, step.name)
			if g.counts.failed == 0 {
				g.counts.failed = 1
			}
		}
		total.add(g.counts)
		if ctx.Err() != nil {
			return total, context.Cause(ctx)
		}
	}
	if len(failed) > 0 {
		err = fmt.Errorf("failed: %s", strings.Join(failed, "; "))
	}
	return total, err
}

// errTests ends a step whose tests have already said what is wrong.
var errTests = errors.New("tests failed: see above")

// unwatched keeps the race detector out of the engines that run learners' WebAssembly, which are not ours and three times as slow
// under its eyes. Nothing may be inlined there: a copy of the standard library's code without its eyes could replace the one with.
const unwatched = "-gcflags=github.com/tetratelabs/wazero/internal/engine/...=-race=false -l"

// alone are packages whose tests kill servers and wait for those that are left: what others do on the machine at the
// same time would be part of what they measure.
var alone = []string{"wslab/server/broker/natsbroker", "wslab/server/internal/bench/chaos", "wslab/server/internal/bench/soak"}

// slowest is the package whose tests wait for browsers and builds more than they compute. It begins first, else all
// others would be done and wait for it.
const slowest = "wslab/server/internal/app"

// native runs every test of the module on this machine, those that drive a browser too.
func (s Suite) native(ctx context.Context, g *gotest) error {
	list, err := s.Repo.ask(ctx, nil, "list", "./...")
	if err != nil {
		return err
	}
	rest := slices.DeleteFunc(strings.Fields(list), func(pkg string) bool { return pkg == slowest || slices.Contains(alone, pkg) })
	together := append([]string{slowest}, rest...)
	return errors.Join(s.goTest(ctx, g, together...), s.goTest(ctx, g, append([]string{"-p=1"}, alone...)...))
}

// goTest runs tests. What is cached is run too: some read files or run the go command, of which the cache knows nothing.
// Lint has vetted everything.
func (s Suite) goTest(ctx context.Context, g *gotest, args ...string) error {
	args = append([]string{"test", "-race", unwatched, "-tags=browser", "-count=1", "-timeout=20m", "-vet=off", "-json"}, args...)
	cmd := s.Repo.Go(ctx, []string{"CGO_ENABLED=1"}, args...)
	cmd.Stderr = s.Out
	events, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	read := eachEvent(events, g.add)
	if err := cmd.Wait(); err != nil && g.counts.failed > 0 {
		return errTests
	} else {
		return errors.Join(err, read)
	}
}

// inBrowser runs the tests of the packages that match patterns in b.
func (s Suite) inBrowser(b *chromium.Browser, patterns []string) func(context.Context, *gotest) error {
	return func(ctx context.Context, g *gotest) error {
		args := append([]string{"list", "-f", "{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}"}, patterns...)
		list, err := s.Repo.ask(ctx, js, args...)
		if err != nil {
			return err
		}
		for _, pkg := range strings.Fields(list) {
			s.testIn(ctx, b, g, build{pkg: pkg, env: js}, nil)
		}
		switch {
		case g.counts.failed > 0:
			return errTests
		case g.counts.passed == 0:
			return errors.New("no test ran in the browser: go list named no package with tests")
		}
		return nil
	}
}

// live runs the tests that dial the shared server from inside a browser.
func (s Suite) live(b *chromium.Browser) func(context.Context, *gotest) error {
	return func(ctx context.Context, g *gotest) error {
		url, stop, err := s.Serve(ctx, b.Origin())
		if err != nil {
			return err
		}
		defer stop()
		s.testIn(ctx, b, g, build{pkg: "wslab/lessons", tag: "live", env: js}, map[string]string{"LAB_URL": url})
		switch {
		case g.counts.failed > 0:
			return errTests
		case g.counts.passed == 0:
			return errors.New("no live test ran: lessons/live_test.go should hold them")
		}
		return nil
	}
}

// browserPatience is how long the tests of one package may take in a browser.
const browserPatience = 3 * time.Minute

// testIn builds and runs one package's tests in b and prints what go test would.
func (s Suite) testIn(ctx context.Context, b *chromium.Browser, g *gotest, make build, env map[string]string) {
	start, before := time.Now(), g.counts
	g.where = "(js/wasm in Chromium)"
	err := s.buildAndRun(ctx, b, g, make, env)
	g.end(make.pkg, before, time.Since(start), err)
}

func (s Suite) buildAndRun(ctx context.Context, b *chromium.Browser, g *gotest, make build, env map[string]string) error {
	dir, err := os.MkdirTemp("", "wslab-test-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	binary := filepath.Join(dir, "package.wasm")
	problems, err := make.to(ctx, s.Repo, binary)
	if err != nil {
		return err
	}
	if len(problems) > 0 {
		var all []error
		for _, p := range problems {
			all = append(all, errors.New(p.String()))
		}
		return errors.Join(all...)
	}
	ctx, cancel := context.WithTimeout(ctx, browserPatience+10*time.Second)
	defer cancel()
	flags := []string{"-test.v=test2json", "-test.timeout=" + browserPatience.String()}
	return s.Repo.convert(ctx, g, func(w io.Writer) error { return inBrowser(b, env)(ctx, binary, flags, w) })
}
