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
	said, err := l.follow(ctx, 1)
	if err != nil {
		return nil, err
	}
	if err := judged(said); err != nil {
		return nil, err
	}
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
	var text, painted, connected []time.Duration
	for range pageLoads {
		v, err := visitPage(ctx, path, "http://"+l.host+"/en/lessons/1")
		if err != nil {
			return nil, err
		}
		text, painted, connected = append(text, v.arrived), append(painted, v.painted), append(connected, v.connected)
	}
	return []row{
		size,
		timed("page: until its text has arrived", text, 100*time.Millisecond, 0),
		timed("page: until this browser has painted it", painted, 500*time.Millisecond, 0),
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

// pressConnect presses Connect as soon as it can be pressed and says, by the page's own clock, when Ana
// is connected, when the text had arrived and when something was painted: milliseconds after the
// navigation began.
const pressConnect = `new Promise((done) => {
	const look = () => {
		const ana = document.querySelector("#ana"), button = ana.querySelector("[data-do=connect]");
		if (ana.dataset.state === "open") {
			const [navigation] = performance.getEntriesByType("navigation");
			const [painted] = performance.getEntriesByName("first-contentful-paint");
			return done([performance.now(), navigation.responseEnd, painted ? painted.startTime : performance.now()]);
		}
		if (!button.disabled && ana.dataset.state === "closed") button.click();
		setTimeout(look, 5);
	};
	look();
})`

// A visit is when things happened after a navigation.
type visit struct{ connected, arrived, painted time.Duration }

// visitPage opens a page in a new browser and connects.
func visitPage(ctx context.Context, path, url string) (v visit, err error) {
	alloc, endAlloc := chromedp.NewExecAllocator(ctx, chromium.Options(path)...)
	defer endAlloc()
	tab, end := chromedp.NewContext(alloc)
	defer end()
	if err := chromedp.Do(tab, chromedp.Navigate("about:blank"), chromedp.Navigate(url)); err != nil {
		return v, err
	}
	at, err := chromedp.Run(tab, chromedp.Evaluate[[]float64](pressConnect, chromedp.EvalAwaitPromise))
	if err != nil {
		return v, err
	}
	after := func(i int) time.Duration { return time.Duration(at[i] * float64(time.Millisecond)) }
	return visit{after(0), after(1), after(2)}, nil
}
