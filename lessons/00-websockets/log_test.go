package websockets_test

import (
	"bytes"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"sync"
	"testing"
)

// A journal is what Handler logs. It is kept apart until the test is over, or it would stand in the midst of what
// the test says.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// keepJournal records what slog and log print until the test ends, and shows it where that has failed.
func keepJournal(t *testing.T) *journal {
	j := &journal{}
	before, flags, out := slog.Default(), log.Flags(), log.Writer()
	untimed := func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}
	slog.SetDefault(slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{ReplaceAttr: untimed})))
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetFlags(flags)
		log.SetOutput(out)
		if t.Failed() {
			fmt.Print(j)
		}
	})
	return j
}

// Write implements [io.Writer].
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(line)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// warning returns the first warning or error.
func (j *journal) warning() string {
	for line := range strings.Lines(j.String()) {
		for _, level := range []string{"level=WARN ", "level=ERROR "} {
			if said, found := strings.CutPrefix(strings.TrimSpace(line), level); found {
				return said
			}
		}
	}
	return "nothing"
}
