// Package course is the learning loop: it makes the learner's copy of a lesson, watches it, runs the
// lesson's tests on it, natively and in a real browser, and says in plain words what they found. Its
// suite runs everything that the lab tests about itself.
package course

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"time"
)

// A Repo is a clone of the lab.
type Repo struct {
	Root string // the folder of go.mod
}

var moduleLine = regexp.MustCompile(`(?m)^module wslab\s*$`)

// FindRepo returns the clone that the working directory is in.
func FindRepo() (Repo, error) {
	start, err := os.Getwd()
	if err != nil {
		return Repo{}, err
	}
	for dir := start; ; dir = filepath.Dir(dir) {
		mod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
		if err == nil && moduleLine.Match(mod) {
			return Repo{dir}, nil
		}
		if dir == filepath.Dir(dir) {
			return Repo{}, fmt.Errorf("%s is not inside a clone of wslab: change to the folder with its go.mod and try again", start)
		}
	}
}

// Path returns the absolute path of what has the slash-separated name in the clone.
func (r Repo) Path(name ...string) string {
	return filepath.Join(r.Root, filepath.FromSlash(strings.Join(name, "/")))
}

// Rel returns the slash-separated name in the clone of path, or path itself where it is elsewhere.
func (r Repo) Rel(path string) string {
	rel, err := filepath.Rel(r.Root, path)
	if err != nil || !filepath.IsLocal(rel) {
		return path
	}
	return filepath.ToSlash(rel)
}

// Go returns the go command with args, run at the root with env added to the environment. Where ctx
// ends it is interrupted, and killed when that does not help.
func (r Repo) Go(ctx context.Context, env []string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = r.Root
	cmd.Env = append(os.Environ(), env...)
	if runtime.GOOS != "windows" { // an interrupted go command ends what it has started
		cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	}
	cmd.WaitDelay = 5 * time.Second
	return cmd
}

// ask runs the go command and returns what it prints.
func (r Repo) ask(ctx context.Context, env []string, args ...string) (string, error) {
	out, err := r.Go(ctx, env, args...).Output()
	if err == nil {
		return strings.TrimSpace(string(out)), nil
	}
	if errors.Is(err, exec.ErrNotFound) {
		return "", errors.New("the go command is missing: install Go from https://go.dev/dl and try again")
	}
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		err = fmt.Errorf("%w\n%s", err, exit.Stderr)
	}
	return "", fmt.Errorf("go %s: %w", strings.Join(args, " "), err)
}

// tools are the paths that tool has found: asking takes a fifth of a second, which every save would pay.
var tools sync.Map

// tool returns the path of one of Go's own tools, built where it has to be.
func (r Repo) tool(ctx context.Context, name string) (string, error) {
	key := [2]string{r.Root, name}
	if path, found := tools.Load(key); found {
		if _, err := os.Stat(path.(string)); err == nil { // the go command may have tidied up
			return path.(string), nil
		}
	}
	path, err := r.ask(ctx, nil, "tool", "-n", name)
	if err == nil {
		tools.Store(key, path)
	}
	return path, err
}

// js are the variables that make the go command build for a browser.
var js = []string{"GOOS=js", "GOARCH=wasm", "CGO_ENABLED=0"}
