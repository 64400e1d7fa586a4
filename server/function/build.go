package function

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// buildTimeout is how long a build may take. The first on a machine compiles the standard library.
const buildTimeout = 3 * time.Minute

// The generated main stands here for the go command alone: nothing is written there.
const (
	mainFolder = "server/function/guest/program"
	mainFile   = "function_main.go"
)

// Build compiles the package with the import path pkg, of the module in the folder root, into a
// program that a function runs. Nothing is written into the tree. Where the source is at fault the
// error is an [*Error].
func Build(ctx context.Context, root, pkg string) ([]byte, error) {
	return build(ctx, root, pkg, exportsNew)
}

func build(ctx context.Context, root, pkg string, x export) ([]byte, error) {
	if x.run == "" {
		x = exportsNew
	}
	ctx, cancel := context.WithTimeout(ctx, buildTimeout)
	defer cancel()
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	temp, err := os.MkdirTemp("", "function-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(temp)
	overlay, err := writeOverlay(temp, source{root, pkg}, x.main(pkg))
	if err != nil {
		return nil, err
	}
	binary := filepath.Join(temp, "function.wasm")
	if err := runGo(ctx, source{root, pkg}, x, overlay, binary); err != nil {
		return nil, err
	}
	return os.ReadFile(binary)
}

// writeOverlay writes what stands for files of the tree: the text of main, and the learner's code with
// preemption points.
func writeOverlay(temp string, s source, main string) (overlay string, err error) {
	replace, err := s.writePreemptible(temp)
	if err != nil {
		return "", err
	}
	program := filepath.Join(temp, mainFile)
	if err := os.WriteFile(program, []byte(main), 0o600); err != nil {
		return "", err
	}
	replace[filepath.Join(s.root, filepath.FromSlash(mainFolder), mainFile)] = program
	text, err := json.Marshal(map[string]map[string]string{"Replace": replace})
	if err != nil {
		return "", err
	}
	overlay = filepath.Join(temp, "overlay.json")
	return overlay, os.WriteFile(overlay, text, 0o600)
}

func runGo(ctx context.Context, s source, x export, overlay, binary string) error {
	cmd := exec.CommandContext(ctx, "go", "build", "-overlay", overlay, "-o", binary,
		"-trimpath", "-buildvcs=false", "-mod=readonly", "./"+mainFolder)
	cmd.Dir = s.root
	cmd.WaitDelay = 5 * time.Second
	// What a function may import is in the module already, so nothing is ever fetched for it.
	cmd.Env = append(cmd.Environ(), "GOOS=wasip1", "GOARCH=wasm", "CGO_ENABLED=0", "GOFLAGS=", "GOWORK=off", "GOPROXY=off")
	output, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return &Error{[]Problem{{Message: fmt.Sprintf("the build took more than %v and was stopped", buildTimeout)}}}
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case errors.As(err, &exit):
		return &Error{problems(s.original(string(output)), s.folder(), x.declares)}
	}
	return fmt.Errorf("cannot run the go command, is it in PATH? %w", err)
}
