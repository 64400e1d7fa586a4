package app

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/andybalholm/brotli"

	"wslab/server/course"
)

// builtDir is where the page's program is built to. Git ignores it.
func builtDir(repo course.Repo) string { return repo.Path("web", "static", "built") }

// BuildPage builds the page's WebAssembly and its compressed forms where they are missing or stale.
// The go command decides what is stale, so that no rule of ours can be wrong about it.
func BuildPage(ctx context.Context, repo course.Repo) error {
	dir := builtDir(repo)
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	if err := copyWasmExec(ctx, repo, dir); err != nil {
		return err
	}
	fresh := filepath.Join(dir, "app.wasm.new")
	defer os.Remove(fresh)
	// Without inlining the program is 8 % smaller, and a page waits for its size more than for its speed.
	cmd := repo.Go(ctx, []string{"GOOS=js", "GOARCH=wasm"}, "build", "-trimpath", "-ldflags=-s -w", "-gcflags=all=-l", "-o", fresh, "./wasm/app")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the page's program does not build:\n%s", out)
	}
	program, err := os.ReadFile(fresh)
	if err != nil {
		return err
	}
	if upToDate(dir, program) {
		return nil
	}
	return publish(dir, program)
}

// sumFile names the program that the compressed files hold.
const sumFile = "app.wasm.sha256"

func upToDate(dir string, program []byte) bool {
	sum, err := os.ReadFile(filepath.Join(dir, sumFile))
	return err == nil && string(sum) == fmt.Sprintf("%x", sha256.Sum256(program))
}

// publish writes the program, and then what takes seconds: at no time does a compressed file hold
// another program than app.wasm.
func publish(dir string, program []byte) error {
	for _, old := range []string{sumFile, "app.wasm.br", "app.wasm.gz"} {
		if err := os.Remove(filepath.Join(dir, old)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	var gz, br bytes.Buffer
	zip, _ := gzip.NewWriterLevel(&gz, gzip.BestCompression) // the level is a known one
	if _, err := zip.Write(program); err != nil {
		return err
	}
	if err := zip.Close(); err != nil {
		return err
	}
	if err := write(dir, "app.wasm", program); err != nil {
		return err
	}
	if err := write(dir, "app.wasm.gz", gz.Bytes()); err != nil {
		return err
	}
	small := brotli.NewWriterLevel(&br, brotli.BestCompression)
	if _, err := small.Write(program); err != nil {
		return err
	}
	if err := small.Close(); err != nil {
		return err
	}
	if err := write(dir, "app.wasm.br", br.Bytes()); err != nil {
		return err
	}
	return write(dir, sumFile, fmt.Appendf(nil, "%x", sha256.Sum256(program)))
}

// write replaces a file in one step, so that no request reads half of it.
func write(dir, name string, data []byte) error {
	temp := filepath.Join(dir, name+".tmp")
	if err := os.WriteFile(temp, data, 0o644); err != nil {
		return err
	}
	return os.Rename(temp, filepath.Join(dir, name))
}

// copyWasmExec copies Go's own loader, which belongs to the Go version that builds the program.
func copyWasmExec(ctx context.Context, repo course.Repo, dir string) error {
	out, err := repo.Go(ctx, nil, "env", "GOROOT").Output()
	if err != nil {
		return fmt.Errorf("cannot ask %s's go command for GOROOT: %w", runtime.Version(), err)
	}
	loader, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return err
	}
	return write(dir, "wasm_exec.js", loader)
}
