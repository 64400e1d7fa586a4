package guest

import (
	"context"
	"fmt"
	"log/slog"

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
	record.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "event":
			p.Event = a.Value.String()
		case "err":
			p.Message = fmt.Sprint(a.Value)
		case "stack":
			p.Stack = a.Value.String()
		}
		return true
	})
	if p.Stack == "" {
		return r.Handler.Handle(ctx, record)
	}
	p.Stack = p.Stack[:min(len(p.Stack), maxStack)]
	r.session.send(frame.JSON(frame.Panicked, 0, p))
	return nil
}
