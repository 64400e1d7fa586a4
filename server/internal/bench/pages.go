package bench

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"github.com/chromedp/chromedp"

	"wslab/server/course/chromium"
)

// pageLoads is how often a page is opened, each time by a browser that knows nothing of it.
const pageLoads = 5

// pages times what a browser does with a lesson's page.
func (b Bench) pages(ctx context.Context, dir string) ([]row, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := b.start(ctx, dir, nil)
	if err != nil {
		return nil, err
	}
	defer l.stop()
	if err := l.pageIsBuilt(ctx); err != nil {
		return nil, err
	}
	program, err := os.Stat(filepath.Join(dir, "web", "static", "built", "app.wasm.br"))
	if err != nil {
		return nil, err
	}
	size := row{what: "the page's program, brotli", figure: fmt.Sprintf("%d KB", program.Size()/1000), goal: "≤ 900 KB", missed: program.Size() > 900_000}
	path, err := chromium.Find()
	if err != nil {
		return nil, err
	}
	var text, connected []time.Duration
	for range pageLoads {
		t, c, err := load(ctx, path, "http://"+l.host+"/en/lessons/1")
		if err != nil {
			return nil, err
		}
		text, connected = append(text, t), append(connected, c)
	}
	return []row{
		size,
		timed("page: to the first text", text, 100*time.Millisecond, 0),
		timed("page: navigation to connected, cold cache", connected, time.Second, 0),
	}, nil
}

// pageIsBuilt waits until the server has the page's program.
func (l *lab) pageIsBuilt(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+l.host+"/static/app.wasm", nil)
		if err != nil {
			return err
		}
		request.Header.Set("Accept-Encoding", "br")
		answer, err := http.DefaultClient.Do(request)
		if err != nil {
			return err
		}
		_, _ = io.Copy(io.Discard, answer.Body)
		answer.Body.Close()
		if answer.StatusCode == http.StatusOK && answer.Header.Get("Content-Encoding") == "br" {
			return nil
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// load opens a page in a new browser and presses Connect as soon as it can be pressed.
func load(ctx context.Context, path, url string) (text, connected time.Duration, err error) {
	alloc, endAlloc := chromedp.NewExecAllocator(ctx, chromium.Options(path)...)
	defer endAlloc()
	tab, end := chromedp.NewContext(alloc)
	defer end()
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank")); err != nil {
		return 0, 0, err
	}
	begun := time.Now()
	err = chromedp.Do(tab,
		chromedp.Navigate(url),
		chromedp.Click(chromedp.CSS("#ana [data-do=connect]:not([disabled])")),
		chromedp.WaitVisible(chromedp.CSS("#ana[data-state=open]")),
	)
	if err != nil {
		return 0, 0, err
	}
	connected = time.Since(begun)
	var painted float64
	painted, err = chromedp.Run(tab, chromedp.Evaluate[float64](`performance.getEntriesByName("first-contentful-paint")[0].startTime`))
	return time.Duration(painted * float64(time.Millisecond)), connected, err
}
