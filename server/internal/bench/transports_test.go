package bench

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/bench/baseline"
	"wslab/web/figures"
)

// boards are the ways before WebSockets, with a clock that a test can wait for.
var boards = map[string]func(context.Context, string) (peer, error){
	"polling": dialPoll(5 * time.Millisecond), "longpolling": dialPoll(0), "sse": dialSSE,
}

func TestAPeerHearsWhatItSaidHoweverItAsks(t *testing.T) {
	for name, dial := range boards {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			handler, err := baseline.Handler(ctx, name)
			require.NoError(t, err)
			srv := httptest.NewServer(handler)
			defer srv.Close()
			x, err := transported{way{name: name, dial: dial}, nil, 5, 0}.measure(ctx, strings.TrimPrefix(srv.URL, "http://"))
			cancel() // ends a stream
			require.NoError(t, err)
			require.Len(t, x.took, 5)
			require.Greater(t, figures.Quantile(x.up, 50), 64.0, "bytes to the server")
			require.Greater(t, figures.Quantile(x.down, 50), 64.0, "bytes from the server")
		})
	}
}

func TestAWaitIsKeptWithItsGoal(t *testing.T) {
	kept := timed("save to verdict, native", []time.Duration{time.Second, 3 * time.Second}, 2*time.Second, 2*time.Second).kept()
	require.Equal(t, "ms", kept.Unit)
	require.Equal(t, figures.Bar{Name: "wslab", N: 2, Median: 1000, P95: 3000, Min: 1000, Max: 3000, Bound: 2000, Goal: "≤ 2s / 2s", Verdict: figures.Missed}, kept.Bars[0])
}
