package guest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"syscall"

	"wslab/server/function/frame"
)

// maxStack is how much of a stack the host is told: the learner's code is near its top.
const maxStack = 32 << 10

// A reporter passes on what a namespace logs, but for the panics, which it tells the host: those belong
// beside the code, not only in the log.
type reporter struct {
	slog.Handler
	session *session
}

// Handle implements [slog.Handler].
func (r *reporter) Handle(ctx context.Context, record slog.Record) error {
	p := frame.Panic{What: record.Message}
	var failed error
	record.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "event":
			p.Event = a.Value.String()
		case "err":
			p.Message = fmt.Sprint(a.Value)
			failed, _ = a.Value.Any().(error)
		case "stack":
			p.Stack = a.Value.String()
		}
		return true
	})
	if sandboxed(failed) {
		record.AddAttrs(slog.String("why", "a function has no files and no network"))
	}
	if p.Stack == "" {
		return r.Handler.Handle(ctx, record)
	}
	p.Stack = p.Stack[:min(len(p.Stack), maxStack)]
	r.session.send(frame.JSON(frame.Panicked, 0, p))
	return nil
}

// sandboxed reports whether an error is what the sandbox answers to who opens a file or dials, in words
// that say little.
func sandboxed(err error) bool {
	return errors.Is(err, syscall.EBADF) || errors.Is(err, syscall.ECONNREFUSED)
}
