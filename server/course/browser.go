package course

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"time"

	"wslab/lessons"
	"wslab/server/course/chromium"
)

// OpenBrowser starts the browser that tests run in. It lasts until it is closed.
func (r Repo) OpenBrowser(ctx context.Context) (*chromium.Browser, error) {
	root, err := r.ask(ctx, nil, "env", "GOROOT")
	if err != nil {
		return nil, err
	}
	return chromium.Open(filepath.Join(root, "lib", "wasm", "wasm_exec.js"))
}

// Browser judges a lesson by the same tests as [Repo.Native], compiled to WebAssembly and run in b.
func (r Repo) Browser(ctx context.Context, b *chromium.Browser, l lessons.Lesson, e Exam) (Report, error) {
	return r.judge(ctx, l, e, build{env: js}, inBrowser(b, nil))
}

// inBrowser runs test binaries in b, with env as their whole environment. One that has to be ended
// says so where a native one would: the test that it was in has failed.
func inBrowser(b *chromium.Browser, env map[string]string) runner {
	return func(ctx context.Context, binary string, flags []string, out io.Writer) error {
		_, err := b.Run(ctx, chromium.Program{File: binary, Args: flags, Env: env, Stdout: out, Timeout: time.Hour})
		if errors.Is(err, context.DeadlineExceeded) {
			_, err = fmt.Fprintln(out, "\npanic: the test did not end in time: it loops for ever")
		}
		return err
	}
}
