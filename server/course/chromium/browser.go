package chromium

import (
	"context"
	"errors"
	"fmt"
	"io"
	"iter"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/inspector"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// A Browser is a headless Chromium that is kept open. Its programs run one in a tab, so several may
// run at once.
type Browser struct {
	path  string
	pages *pages

	mu     sync.Mutex
	life   context.Context // of the Chromium process
	end    context.CancelFunc
	closed bool
}

// Open finds Chromium and starts it. glue is Go's wasm_exec.js.
func Open(glue string) (*Browser, error) {
	path, err := Find()
	if err != nil {
		return nil, err
	}
	pages, err := servePages(glue)
	if err != nil {
		return nil, err
	}
	b := &Browser{path: path, pages: pages}
	if _, err := b.running(); err != nil {
		b.Close()
		return nil, err
	}
	return b, nil
}

// Origin is the origin of the pages that the programs run in. A server that checks origins has to
// know it.
func (b *Browser) Origin() string { return b.pages.origin }

// Close ends the browser and whatever runs in it.
func (b *Browser) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	b.stop()
	b.pages.Close()
}

func (b *Browser) stop() {
	if b.end != nil {
		b.end()
		b.end = nil
	}
}

// running returns a context of the Chromium process. One that has died is started again.
func (b *Browser) running() (context.Context, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.closed:
		return nil, errors.New("the browser has been closed")
	case b.end != nil && b.life.Err() == nil:
		return b.life, nil
	}
	b.stop()
	alloc, endAlloc := chromedp.NewExecAllocator(context.Background(), Options(b.path)...)
	life, endLife := chromedp.NewContext(alloc)
	b.life, b.end = life, func() { endLife(); endAlloc() }
	if err := chromedp.Do(life); err != nil { // starts it; it lives as long as this context
		b.stop()
		return nil, fmt.Errorf("%s does not start (see that it runs with --headless): %w", b.path, err)
	}
	return life, nil
}

// A Program is a js/wasm program and what it is started with.
type Program struct {
	File    string            // the compiled program
	Args    []string          // its arguments, without its name
	Env     map[string]string // its whole environment
	Stdout  io.Writer         // what it writes to standard output and error
	Timeout time.Duration     // 0 is one minute
}

// Run runs p in a tab of its own and returns its exit code. A program that crashes, or has not ended
// in time, is an error; its tab is closed, whatever it is doing.
func (b *Browser) Run(ctx context.Context, p Program) (exitCode int, err error) {
	if p.Timeout == 0 {
		p.Timeout = time.Minute
	}
	life, err := b.running()
	if err != nil {
		return -1, err
	}
	late := fmt.Errorf("it did not end within %v: does it wait for something, or loop for ever?", p.Timeout)
	ctx, cancel := context.WithTimeoutCause(ctx, p.Timeout, late)
	defer cancel()
	tab, closeTab := chromedp.NewContext(life)
	defer closeTab()
	stop := context.AfterFunc(ctx, closeTab)
	defer stop()

	code, err := b.run(tab, closeTab, p)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return code, err
}

func (b *Browser) run(tab context.Context, closeTab func(), p Program) (int, error) {
	calls := chromedp.Events(tab, runtime.BindingCalled)
	crashes := chromedp.Events(tab, inspector.TargetCrashed)
	url, done := b.pages.add(p)
	defer done()
	if err := chromedp.Do(tab, chromedp.Func(addBinding), chromedp.Navigate(url)); err != nil {
		return -1, err
	}
	ended := make(chan ending, 1)
	go func() { ended <- follow(calls, p.Stdout) }()
	crashed := make(chan struct{})
	go func() {
		for _, err := range crashes {
			if err == nil {
				close(crashed)
			}
			return
		}
	}()
	select {
	case e := <-ended:
		return e.code, e.err
	case <-crashed:
		closeTab()
		<-ended // nothing is written after Run
		return -1, errors.New("the browser's tab crashed: did the program use too much memory?")
	}
}

// binding is the function by which a page speaks to us. A call leaves the page at once, also where
// the program never returns to the browser's event loop.
const binding = "wslabTell"

func addBinding(ctx context.Context, t *chromedp.Target) error {
	_, err := cdp.Call(ctx, t, runtime.AddBinding, runtime.AddBindingParams{Name: binding})
	return err
}

type ending struct {
	code int
	err  error
}

// follow copies what a program writes until it ends. The page says "out:" and bytes, one a
// character; "exit:" and a code; or "fail:" and why it cannot run.
func follow(calls iter.Seq2[runtime.EventBindingCalled, error], stdout io.Writer) ending {
	for call, err := range calls {
		if err != nil {
			return ending{-1, err}
		}
		kind, rest, _ := strings.Cut(call.Payload, ":")
		switch kind {
		case "out":
			if _, err := stdout.Write(latin1(rest)); err != nil {
				return ending{-1, err}
			}
		case "exit":
			code, err := strconv.Atoi(rest)
			return ending{code, err}
		default:
			return ending{-1, fmt.Errorf("the page cannot run the program: %s", rest)}
		}
	}
	return ending{-1, errors.New("the browser has ended")}
}

func latin1(s string) []byte {
	b := make([]byte, 0, len(s))
	for _, r := range s {
		b = append(b, byte(r))
	}
	return b
}
