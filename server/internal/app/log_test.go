package app

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/course/feed"
)

// logged has what is logged in a test kept as text.
func logged(t *testing.T, o LogOptions) *bytes.Buffer {
	var out bytes.Buffer
	before := slog.Default()
	slog.SetDefault(NewLog(&out, o))
	t.Cleanup(func() { slog.SetDefault(before) })
	return &out
}

func TestAFloodOfRefusalsIsSomeLinesAndTheirNumber(t *testing.T) {
	out := logged(t, LogOptions{})
	synctest.Test(t, func(t *testing.T) {
		var s sparing
		for range 1000 {
			s.log(slog.LevelWarn, "refused full", "connection refused")
		}
		s.log(slog.LevelInfo, "ended 1002", "connection ended")
		require.Equal(t, linesAtOnce+1, strings.Count(out.String(), "\n"), "each kind has lines of its own")
		time.Sleep(lineEvery) // fake time
		s.log(slog.LevelWarn, "refused full", "connection refused")
		require.Contains(t, out.String(), "omitted=995")
	})
}

func TestTheLogIsTextOrJSON(t *testing.T) {
	out := logged(t, LogOptions{JSON: true, Level: slog.LevelWarn})
	slog.Info("nobody asked")
	slog.Warn("connection refused", "reason", "full")
	var line struct{ Level, Msg, Reason string }
	require.NoError(t, json.Unmarshal(out.Bytes(), &line))
	require.Equal(t, "full", line.Reason)
}

func TestALessonsPageHearsItsLogWhateverTheLevelOfTheServers(t *testing.T) {
	out := logged(t, LogOptions{Level: slog.LevelError})
	ctx := withFeed(context.Background(), feed.New(nil))
	require.True(t, slog.Default().Enabled(ctx, slog.LevelInfo))
	require.False(t, slog.Default().Enabled(ctx, slog.LevelDebug))
	require.False(t, slog.Default().Enabled(context.Background(), slog.LevelWarn))
	require.Empty(t, out.String())
}
