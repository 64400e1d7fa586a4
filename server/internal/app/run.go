package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os/exec"
	"runtime"

	"wslab/server/course"
)

// start makes a server from the flags in c.args, listens, says where, and builds the page's program
// beside.
func (c *call) start(ctx context.Context) (*App, net.Listener, string, error) {
	config := Config{Repo: c.repo}
	var shared clusterOptions
	set, lang := c.flags()
	addr := serverFlags(set, &config)
	clusterFlags(set, &shared)
	logFlags(set, &c.log)
	if err := set.Parse(c.args); err != nil {
		return nil, nil, "", err
	}
	slog.SetDefault(NewLog(c.err, c.log))
	runtime.GOMAXPROCS(4 * runtime.NumCPU()) // a learner's loop holds a thread; the server needs others
	listener, err := Listen(*addr)
	if err != nil {
		return nil, nil, "", err
	}
	config.Cluster, c.leave, err = shared.join(ctx, c.repo.Root, listener.Addr().String())
	if err != nil {
		return nil, nil, "", errors.Join(err, listener.Close())
	}
	a, err := New(config)
	if err != nil {
		c.leave()
		return nil, nil, "", errors.Join(err, listener.Close())
	}
	announce(c.out, listener.Addr())
	go func() {
		if err := BuildPage(ctx, c.repo); err != nil && ctx.Err() == nil {
			slog.Error("pages work without their live part", "err", err)
		}
	}()
	return a, listener, *lang, nil
}

func runServe(ctx context.Context, c *call) error {
	c.log.Level = slog.LevelInfo
	a, listener, _, err := c.start(ctx)
	if err != nil {
		return err
	}
	defer c.leave()
	return a.Serve(ctx, listener)
}

func runDemo(ctx context.Context, c *call) error {
	c.args = append([]string{"--cluster", "memory"}, c.args...) // another one that is given comes after it
	c.log.Level = slog.LevelInfo
	a, listener, lang, err := c.start(ctx)
	if err != nil {
		return err
	}
	page := homePage(listener.Addr()) + lang + "/demo"
	fmt.Fprintf(c.out, "\n  The chat: %s\n\n", page)
	c.open(page)
	defer c.leave()
	return a.Serve(ctx, listener)
}

// runLesson serves the lesson's page and tests every save of the learner's answer until it is stopped,
// or goes on to the next lesson on the same server.
func runLesson(ctx context.Context, c *call) error {
	if _, _, err := c.repo.Mine(c.lesson); err != nil {
		return err
	}
	a, listener, lang, err := c.start(ctx)
	if err != nil {
		return err
	}
	defer c.leave()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	served := make(chan error, 1)
	go func() {
		served <- a.Serve(ctx, listener)
		cancel() // no page, no lesson
	}()
	home := homePage(listener.Addr()) + lang
	for next := true; next && err == nil; {
		next, err = c.learn(ctx, a, lang, fmt.Sprintf("%s/lessons/%d", home, c.lesson.Number))
	}
	cancel()
	return errors.Join(err, <-served)
}

// open opens a page in the browser of whoever sits at the terminal. The address is printed anyway.
func (c *call) open(url string) {
	name, args := "xdg-open", []string{url}
	switch runtime.GOOS {
	case "darwin":
		name = "open"
	case "windows":
		name, args = "rundll32", []string{"url.dll,FileProtocolHandler", url}
	}
	if course.IsTerminal(c.out) {
		go func() { _ = exec.Command(name, args...).Run() }()
	}
}

func runCheck(ctx context.Context, c *call) error {
	set, lang := c.flags()
	if err := set.Parse(c.args); err != nil {
		return err
	}
	passed, err := c.repo.Check(ctx, c.out, c.lesson, *lang)
	if err == nil && !passed {
		err = errFailed
	}
	return err
}

func runTest(ctx context.Context, c *call) error {
	build := func(ctx context.Context) error { return BuildPage(ctx, c.repo) }
	return course.Suite{Repo: c.repo, Out: c.out, Build: build, Serve: c.serveForTests}.Run(ctx)
}

// serveForTests runs a server on a free port, open to pages of origin, and returns its address.
func (c *call) serveForTests(ctx context.Context, origin string) (url string, stop func(), err error) {
	a, err := New(Config{Repo: c.repo, Origins: []string{origin}})
	if err != nil {
		return "", nil, err
	}
	listener, err := Listen("127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, listener) }()
	return "http://" + listener.Addr().String(), func() {
		cancel()
		<-served
	}, nil
}

// runBuild builds the page's program, and fetches what the page of the module's client needs of npm, where there
// is one: everything else does without.
func runBuild(ctx context.Context, c *call) error {
	if err := BuildPage(ctx, c.repo); err != nil {
		return err
	}
	if err := (course.Suite{Repo: c.repo, Out: c.out}).NeedPackages(ctx); err != nil {
		fmt.Fprintln(c.out, "the page of the module's client stays without its library:", err)
	}
	return nil
}

func runLint(ctx context.Context, c *call) error { return c.repo.Lint(ctx, c.out) }

func runGenerate(ctx context.Context, c *call) error { return c.repo.Generate(ctx, c.out) }

func runGenerateCheck(ctx context.Context, c *call) error { return c.repo.GenerateCheck(ctx, c.out) }

func runNew(_ context.Context, c *call) error {
	args := c.args
	if len(args) > 0 && args[0] == "--" { // as in `task new -- NAME`
		args = args[1:]
	}
	if len(args) != 1 {
		return fmt.Errorf("say what the gateway is called: ./task new -- NAME")
	}
	return c.repo.New(args[0], c.out)
}
