package app

import (
	"context"
	"io"
	"log/slog"
	"slices"
	"strings"

	"wslab/server/course/feed"
)

type feedKey struct{}

// withFeed returns a context in which what is logged goes to f, where f is not nil.
func withFeed(ctx context.Context, f *feed.Feed) context.Context {
	if f == nil {
		return ctx
	}
	return context.WithValue(ctx, feedKey{}, f)
}

// LogOptions say how the log is written. The zero LogOptions are text, from level info on.
type LogOptions struct {
	JSON  bool // a JSON object a line
	Level slog.Level
}

// NewLog returns the server's log. It must be slog's default, since that is where lessons log.
func NewLog(out io.Writer, o LogOptions) *slog.Logger {
	options := &slog.HandlerOptions{Level: o.Level}
	var h slog.Handler = slog.NewTextHandler(out, options)
	if o.JSON {
		h = slog.NewJSONHandler(out, options)
	}
	return slog.New(routeToFeeds{Handler: h})
}

// routeToFeeds is the server's log. What a lesson's reference answer logs goes to the lesson's page
// instead of the terminal, as what the learner's own code prints does.
type routeToFeeds struct {
	slog.Handler
	attrs []slog.Attr // of slog.With
}

// Enabled implements [slog.Handler]. Pages hear what they always do, whatever the level of the log.
func (h routeToFeeds) Enabled(ctx context.Context, level slog.Level) bool {
	if _, ok := ctx.Value(feedKey{}).(*feed.Feed); ok {
		return level >= slog.LevelInfo
	}
	return h.Handler.Enabled(ctx, level)
}

// Handle implements [slog.Handler].
func (h routeToFeeds) Handle(ctx context.Context, r slog.Record) error {
	f, ok := ctx.Value(feedKey{}).(*feed.Feed)
	if !ok {
		return h.Handler.Handle(ctx, r)
	}
	r.AddAttrs(h.attrs...)
	f.Print(feed.Solution, line(r))
	return nil
}

// WithAttrs implements [slog.Handler].
func (h routeToFeeds) WithAttrs(attrs []slog.Attr) slog.Handler {
	return routeToFeeds{h.Handler.WithAttrs(attrs), append(slices.Clip(h.attrs), attrs...)}
}

// WithGroup implements [slog.Handler].
func (h routeToFeeds) WithGroup(name string) slog.Handler {
	return routeToFeeds{h.Handler.WithGroup(name), h.attrs}
}

// line writes a record as slog's default does, without the time: "INFO client connected id=7".
func line(r slog.Record) string {
	var b strings.Builder
	b.WriteString(r.Level.String() + " " + r.Message)
	r.Attrs(func(a slog.Attr) bool {
		b.WriteString(" " + a.String())
		return true
	})
	return b.String()
}
