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

// A keptBrowser is opened when it is first needed. It opens by itself, so that a save need not wait
// for it, and what failed to open is tried again the next time.
type keptBrowser struct {
	open func() (*chromium.Browser, error)

	opened  chan struct{} // closed when it has been tried; nil before
	browser *chromium.Browser
	err     error
}

// get waits for the browser. It is not called twice at a time.
func (k *keptBrowser) get(ctx context.Context) (*chromium.Browser, error) {
	if k.opened == nil {
		k.opened = make(chan struct{})
		go func() {
			defer close(k.opened)
			k.browser, k.err = k.open()
		}()
	}
	select {
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-k.opened:
	}
	if k.err != nil {
		k.opened = nil
	}
	return k.browser, k.err
}

func (k *keptBrowser) close() {
	if k.opened == nil {
		return
	}
	<-k.opened
	if k.browser != nil {
		k.browser.Close()
	}
}
