package gatewaytest

import (
	"context"
	"log/slog"
	"regexp"
	"strings"
	"testing"
)

// newLog returns the namespace's log: a gateway's panic fails the test, the rest is shown with it.
func newLog(t *testing.T) *slog.Logger { return slog.New(&logHandler{t}) }

type logHandler struct{ t *testing.T }

func (h *logHandler) Enabled(context.Context, slog.Level) bool { return true }
func (h *logHandler) WithAttrs([]slog.Attr) slog.Handler       { return h }
func (h *logHandler) WithGroup(string) slog.Handler            { return h }

// Handle implements [slog.Handler].
func (h *logHandler) Handle(_ context.Context, r slog.Record) error {
	var err, stack string
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "err":
			err = a.Value.String()
		case "stack":
			stack = a.Value.String()
		}
		return true
	})
	if stack == "" {
		h.t.Logf("the gateway's log: %s: %s", r.Message, err)
		return nil
	}
	h.t.Errorf("the gateway's code: %s\n\tat %s", err, PanicSite(stack))
	return nil
}

var frameLine = regexp.MustCompile(`(?m)^\t(.+\.go:\d+)`)

// PanicSite returns the file:line in a stack trace where the code that is not Go's own panicked.
func PanicSite(stack string) string {
	_, after, found := strings.Cut(stack, "\npanic(")
	if !found {
		after = stack
	}
	for _, m := range frameLine.FindAllStringSubmatch(after, -1) {
		if !strings.Contains(m[1], "/src/runtime/") && !strings.Contains(m[1], "/src/internal/") {
			return m[1]
		}
	}
	return "an unknown place"
}
