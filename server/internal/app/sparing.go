package app

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// How many lines of a kind are written at once, and how long it takes until there may be another.
const (
	linesAtOnce = 5
	lineEvery   = 10 * time.Second
)

// sparing writes lines that clients can cause, so that a flood of them is none of the log: some at once of each
// kind, then one every 10 seconds that says how many were left out. The zero sparing is usable.
type sparing struct {
	mu    sync.Mutex
	kinds map[string]*kind
}

type kind struct {
	limiter *rate.Limiter
	omitted int
}

// log writes a line of a kind, of which there are few.
func (s *sparing) log(level slog.Level, kind, message string, args ...any) {
	ctx := context.Background() // which belongs to no lesson's page
	if !slog.Default().Enabled(ctx, level) {
		return
	}
	omitted, ok := s.may(kind)
	if !ok {
		return
	}
	if omitted > 0 {
		args = append(args, "omitted", omitted)
	}
	slog.Log(ctx, level, message, args...)
}

// may reports whether a line may be written, and how many of its kind were not.
func (s *sparing) may(name string) (omitted int, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kinds[name]
	if k == nil {
		if s.kinds == nil {
			s.kinds = make(map[string]*kind)
		}
		k = &kind{limiter: rate.NewLimiter(rate.Every(lineEvery), linesAtOnce)}
		s.kinds[name] = k
	}
	if !k.limiter.Allow() {
		k.omitted++
		return 0, false
	}
	omitted, k.omitted = k.omitted, 0
	return omitted, true
}
