package bench

import (
	"context"
	"fmt"
	"strings"
	"time"

	"wslab/server/gateway"
	"wslab/wasm/client"
)

// soon is within what a learner must be told what has gone wrong.
const soon = 2 * time.Second

// faults are what a learner's code does wrong, by the event that makes it do so and the mark of the
// line that is to be named. Without an event the text itself is at fault.
var faults = []struct{ what, event, mark, text string }{
	{"a panic", "panic", "// panic", unruly},
	{"for {}", "loop", "// loop", unruly},
	{"a handler that never returns", "never", "// never", unruly},
	{"endless recursion", "recursion", "func deeper", unruly},
	{"1 GB of memory", "memory", "// memory", unruly},
	{"flooding the client", "flood", "// flood", unruly},
	{"opening a file", "", `"os"`, strings.Replace(unruly, `"fmt"`, "\"fmt\"\n\t\"os\"", 1)},
	{"dialling a socket", "", `"net"`, strings.Replace(unruly, `"fmt"`, "\"fmt\"\n\t\"net\"", 1)},
}

// faults times how soon page and terminal say what has gone wrong and where, while another learner's
// function answers.
func (b Bench) faults(ctx context.Context, dir string) ([]row, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := b.start(ctx, dir, map[string]string{
		firstLesson:                        unruly,
		"02-disconnect/mine/disconnect.go": witness,
		"03-auth/mine/auth.go":             inPackage("auth"),
	})
	if err != nil {
		return nil, err
	}
	defer l.stop()
	said, err := l.follow(ctx, 1)
	if err != nil {
		return nil, err
	}
	if _, err := expect(said, running); err != nil {
		return nil, err
	}
	other, err := l.witness(ctx)
	if err != nil {
		return nil, err
	}
	var rows []row
	for _, f := range faults {
		page, terminal, err := l.fault(ctx, said, f.event, f.text, lineOf(f.text, f.mark))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f.what, err)
		}
		rows = append(rows, row{
			what:   f.what + ": said on the page / in the terminal",
			figure: short(page) + " / " + short(terminal), goal: "≤ " + short(soon), missed: max(page, terminal) > soon,
		})
	}
	if err := l.spin(ctx); err != nil {
		return nil, err
	}
	took := other.end()
	slow := row{what: "another learner's function, all the while", took: took, goal: "≤ 50ms at most"}
	worst := quantile(took, 100)
	slow.what += fmt.Sprintf(" (at most %s)", short(worst))
	slow.missed = worst > 50*time.Millisecond
	return append(rows, slow), nil
}

// fault makes the learner's code do one thing wrong, and waits until page and terminal name the line.
func (l *lab) fault(ctx context.Context, said <-chan news, event, text string, line int) (page, terminal time.Duration, err error) {
	c, err := l.connect(ctx, 1)
	if err != nil {
		return 0, 0, err
	}
	defer c.Close()
	go c.Run()
	place := fmt.Sprintf("mine/connection.go:%d", line)
	begun := time.Now()
	if event == "" {
		err = l.save(firstLesson, text)
	} else {
		err = gateway.Event[int](event).Emit(c, 0)
	}
	if err != nil {
		return 0, 0, err
	}
	n, err := expect(said, func(n news) bool { return names(n, line) })
	if err != nil {
		return 0, 0, err
	}
	shown, err := l.sees(ctx, begun, place)
	if err != nil {
		return 0, 0, err
	}
	return n.at.Sub(begun), shown.at.Sub(begun), nil
}

func names(n news, line int) bool {
	if n.status == nil {
		return false
	}
	for _, p := range n.status.Problems {
		if p.Line == line && strings.HasSuffix(p.File, "mine/connection.go") {
			return true
		}
	}
	return false
}

// spin makes two more functions loop without an end, as many as a small machine has cores.
func (l *lab) spin(ctx context.Context) error {
	if err := l.save(firstLesson, unruly); err != nil {
		return err
	}
	var spinners []*client.Client
	for _, lesson := range []int{1, 3} {
		c, err := l.connect(ctx, lesson)
		if err != nil {
			return err
		}
		defer c.Close()
		go c.Run()
		spinners = append(spinners, c)
	}
	for _, c := range spinners {
		if err := gateway.Event[int]("loop").Emit(c, 0); err != nil {
			return err
		}
	}
	_, err := l.sees(ctx, time.Now(), fmt.Sprintf("mine/connection.go:%d", lineOf(unruly, "// loop")))
	return err
}

// A witness calls a function again and again.
type witnessing struct {
	cancel context.CancelFunc
	done   chan struct{}
	took   []time.Duration
}

func (l *lab) witness(ctx context.Context) (*witnessing, error) {
	ctx, cancel := context.WithCancel(ctx)
	c, err := l.connect(ctx, 2)
	if err != nil {
		cancel()
		return nil, err
	}
	go c.Run()
	w := &witnessing{cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(w.done)
		defer c.Close()
		for n := 0; ctx.Err() == nil; n++ {
			begun := time.Now()
			if _, err := client.Call(ctx, c, echo, n); err != nil {
				return
			}
			w.took = append(w.took, time.Since(begun))
			select {
			case <-time.After(5 * time.Millisecond):
			case <-ctx.Done():
			}
		}
	}()
	return w, nil
}

func (w *witnessing) end() []time.Duration {
	w.cancel()
	<-w.done
	return w.took
}
