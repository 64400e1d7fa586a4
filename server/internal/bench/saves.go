package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"wslab/server/course/feed"
	"wslab/server/gateway"
	"wslab/wasm/client"
)

const firstLesson = "01-connection/mine/connection.go"

// saves times from a save to what the learner sees of it: the verdicts, and the new code answering a
// client that stays connected.
func (b Bench) saves(ctx context.Context, dir string) ([]row, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	answer, err := os.ReadFile(filepath.Join(dir, "lessons", "01-connection", "solution", "connection.go"))
	if err != nil {
		return nil, err
	}
	l, err := b.start(ctx, dir, map[string]string{firstLesson: string(answer)})
	if err != nil {
		return nil, err
	}
	defer l.stop()
	said, err := l.follow(ctx, 1)
	if err != nil {
		return nil, err
	}
	welcomes := make(chan time.Time, 100)
	ana, err := l.ana(ctx, said, welcomes)
	if err != nil {
		return nil, err
	}
	defer ana.Close()

	var native, browser, answering []time.Duration
	for i := range b.Saves + 1 { // the first save warms the caches
		text := strings.Replace(string(answer), `"client connected"`, fmt.Sprintf(`"client %d connected"`, i), 1)
		begun := time.Now()
		if err := l.save(firstLesson, text); err != nil {
			return nil, err
		}
		t, err := await(said, welcomes, begun)
		if err != nil {
			return nil, err
		}
		if i > 0 {
			native, browser, answering = append(native, t.native), append(browser, t.browser), append(answering, t.answering)
		}
	}
	return []row{
		timed("save to verdict, native", native, time.Second, 2*time.Second),
		timed("save to new code answering a connected client", answering, time.Second, 0),
		timed("save to verdict, in the browser", browser, 4*time.Second, 0),
	}, nil
}

// ana connects a client to the learner's code, once that runs and has been judged.
func (l *lab) ana(ctx context.Context, said <-chan news, welcomes chan time.Time) (*client.Client, error) {
	if err := judged(said); err != nil {
		return nil, err
	}
	ana, err := l.dial(ctx, "/lessons/1/ws")
	if err != nil {
		return nil, err
	}
	client.Listen(ana, gateway.Event[any]("welcome"), func(any) { welcomes <- time.Now() })
	go ana.Run()
	<-welcomes
	return ana, nil
}

// judged waits until the text has been judged everywhere: nothing is built or tested any more.
func judged(said <-chan news) error {
	for _, place := range []string{feed.Natively, feed.InBrowser} {
		if _, err := expect(said, func(n news) bool { return verdict(n, place) }); err != nil {
			return err
		}
	}
	return nil
}

func verdict(n news, place string) bool {
	return n.results != nil && n.results.Place == place && !n.results.Running
}

// times are how long after a save the learner saw something.
type times struct{ native, browser, answering time.Duration }

// await waits until all that follows a save has been seen.
func await(said <-chan news, welcomes <-chan time.Time, begun time.Time) (t times, err error) {
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	for t.native == 0 || t.browser == 0 || t.answering == 0 {
		select {
		case n := <-said:
			switch {
			case n.results != nil && n.results.Message != "":
				return t, errors.New(n.results.Message)
			case verdict(n, feed.Natively) && t.native == 0:
				t.native = n.at.Sub(begun)
			case verdict(n, feed.InBrowser):
				t.browser = n.at.Sub(begun)
			}
		case at := <-welcomes:
			t.answering = at.Sub(begun)
		case <-timeout.C:
			return t, fmt.Errorf("after a save not all was seen: %+v", t)
		}
	}
	return t, nil
}
