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
			w, host := transported{way{name: name, dial: dial}, nil, 5, 0}, strings.TrimPrefix(srv.URL, "http://")
			var x exchanged
			require.NoError(t, w.count(ctx, host, &x))
			require.NoError(t, w.time(ctx, host, &x))
			cancel() // ends a stream
			require.Len(t, x.took, 5)
			require.Len(t, x.proxied, 5)
			require.GreaterOrEqual(t, figures.Quantile(x.requests, 50), 1.0, "an event is said with a request")
			require.Len(t, x.silence, 1)
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

func TestARelayCountsARequestThatComesInPieces(t *testing.T) {
	var r relay
	count := r.toServer()
	for _, piece := range []string{"GET /1 HTTP/1.1\r\n\r\nGET /2 HT", "TP/1", ".1\r\n", "\r\nPOST / HTTP/1.1\r\n\r\n"} {
		count([]byte(piece))
	}
	require.EqualValues(t, 3, r.requests.Load())
}

func TestTheQuickRunAsksSeldomAndHasFewerEvents(t *testing.T) {
	for _, w := range ways {
		quick := w.quick()
		require.Equal(t, w.every, quick.every, "what is measured is the same")
		require.LessOrEqual(t, quick.events, 100)
		require.LessOrEqual(t, time.Duration(quick.events)*quick.every, 5*time.Second)
	}
}
