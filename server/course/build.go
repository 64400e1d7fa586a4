package course

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// A build makes a test binary.
type build struct {
	pkg     string            // "./lessons/01-connection"
	tag     string            // the build tag, or none
	env     []string          // of the go command: GOOS and GOARCH, where it is not for this machine
	race    bool              // with the race detector
	overlay map[string]string // files to read instead of others, by absolute path
}

// to compiles b to the file out. Vet is left out: the suite runs it once for everything, and in the
// learning loop it would double the time from a save to the verdict.
func (b build) to(ctx context.Context, r Repo, out string) ([]Problem, error) {
	args := []string{"test", "-c", "-vet=off", "-o", out}
	if b.tag != "" {
		args = append(args, "-tags", b.tag)
	}
	if b.race {
		args = append(args, "-race")
	} else {
		args = append(args, "-ldflags=-w") // no debugger looks at it; panics keep file and line
	}
	if len(b.overlay) > 0 {
		file := out + ".overlay.json"
		defer os.Remove(file)
		if err := writeOverlay(file, b.overlay); err != nil {
			return nil, err
		}
		args = append(args, "-overlay", file)
	}
	text, err := r.Go(ctx, b.env, append(args, b.pkg)...).CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil, nil
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case !errors.As(err, &exit):
		return nil, fmt.Errorf("building the tests of %s: %w", b.pkg, err)
	}
	return r.problems(string(text)), nil
}

func writeOverlay(file string, replace map[string]string) error {
	text, err := json.Marshal(map[string]any{"Replace": replace})
	if err != nil {
		return err
	}
	return os.WriteFile(file, text, 0o644)
}

var compilerLine = regexp.MustCompile(`^((?:[A-Za-z]:)?[^:\s][^:]*\.go):(\d+)(?::(\d+))?: (.+)$`)

// problems reads what the go command prints when a build fails. What has no place in a file is kept
// as it is: without it a learner would see nothing.
func (r Repo) problems(text string) []Problem {
	var found []Problem
	var rest []string
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		m := compilerLine.FindStringSubmatch(line)
		switch {
		case m != nil:
			p := r.place(m[1], m[2])
			p.Column, _ = strconv.Atoi(m[3])
			p.Message = m[4]
			p.Source = r.sourceLine(p)
			found = append(found, p)
		case strings.HasPrefix(line, "\t") && len(found) > 0: // "have (…) want (…)"
			found[len(found)-1].Message += "\n" + strings.TrimSpace(line)
		case !strings.HasPrefix(line, "# ") && strings.TrimSpace(line) != "":
			rest = append(rest, line)
		}
	}
	if len(found) == 0 {
		found = append(found, Problem{Message: strings.Join(rest, "\n")})
	}
	return found
}

// place makes a Problem of a file and a line as tools print them.
func (r Repo) place(file, line string) Problem {
	if filepath.IsAbs(file) {
		file = r.Rel(file)
	}
	n, _ := strconv.Atoi(line)
	return Problem{File: filepath.ToSlash(filepath.Clean(file)), Line: n}
}

// sourceLine returns the line of the code that p is about, or "".
func (r Repo) sourceLine(p Problem) string {
	text, err := os.ReadFile(r.Path(p.File))
	if err != nil {
		return ""
	}
	lines := strings.Split(string(text), "\n")
	if p.Line < 1 || p.Line > len(lines) {
		return ""
	}
	return strings.TrimSpace(lines[p.Line-1])
}
