package baseline_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"wslab/server/internal/bench/baseline"
)

var onWebSockets = []string{"hub", "chat", "limit"}

// each runs a test against every baseline on WebSockets.
func each(t *testing.T, test func(t *testing.T, dial func() *websocket.Conn)) {
	for _, name := range onWebSockets {
		t.Run(name, func(t *testing.T) {
			handler, err := baseline.Handler(t.Context(), name)
			require.NoError(t, err)
			srv := httptest.NewServer(handler)
			t.Cleanup(srv.Close)
			test(t, func() *websocket.Conn {
				conn, _, err := websocket.Dial(within(t), srv.URL+"?token=ABC-123", nil)
				require.NoError(t, err)
				t.Cleanup(func() { _ = conn.CloseNow() })
				require.Contains(t, hear(t, conn), `"connected"`)
				return conn
			})
		})
	}
}

func within(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func say(t *testing.T, conn *websocket.Conn, text string) {
	require.NoError(t, conn.Write(within(t), websocket.MessageText, []byte(text)))
}

func hear(t *testing.T, conn *websocket.Conn) string {
	conn.SetReadLimit(-1)
	_, text, err := conn.Read(within(t))
	require.NoError(t, err)
	return string(text)
}

func TestAMessageReachesEveryone(t *testing.T) {
	each(t, func(t *testing.T, dial func() *websocket.Conn) {
		ana, bob := dial(), dial()
		say(t, ana, `{"event":"message","data":{"text":"hi"}}`)
		for _, conn := range []*websocket.Conn{ana, bob} {
			require.JSONEq(t, `{"event":"message","data":{"text":"hi"}}`, hear(t, conn))
		}
	})
}

func TestARequestIsAnsweredByItsID(t *testing.T) {
	each(t, func(t *testing.T, dial func() *websocket.Conn) {
		ana := dial()
		say(t, ana, `{"event":"echo","data":[1],"id":7}`)
		require.JSONEq(t, `{"id":7,"data":[1]}`, hear(t, ana))
	})
}

func TestManyLongMessagesArriveInOrder(t *testing.T) {
	each(t, func(t *testing.T, dial func() *websocket.Conn) {
		ana, bob := dial(), dial()
		long := strings.Repeat("x", 70_000)
		for i := range 100 {
			say(t, ana, fmt.Sprintf(`{"event":"message","data":"%d%s"}`, i, long[:i*700]))
		}
		for i := range 100 {
			want := fmt.Sprintf(`{"event":"message","data":"%d%s"}`, i, long[:i*700])
			require.Equal(t, want, hear(t, bob))
			require.Equal(t, want, hear(t, ana))
		}
	})
}

func TestOthersHearWhenOneHasLeft(t *testing.T) {
	each(t, func(t *testing.T, dial func() *websocket.Conn) {
		ana, bob, eve := dial(), dial(), dial()
		require.NoError(t, bob.Close(websocket.StatusNormalClosure, ""))
		say(t, ana, `{"event":"message","data":"still here"}`)
		require.Contains(t, hear(t, ana), "still here")
		require.Contains(t, hear(t, eve), "still here")
	})
}

func TestAPingIsAnsweredBesideTheData(t *testing.T) {
	each(t, func(t *testing.T, dial func() *websocket.Conn) {
		ana := dial()
		heard := make(chan string, 1)
		go func() {
			_, text, _ := ana.Read(context.Background())
			heard <- string(text)
		}()
		require.NoError(t, ana.Ping(within(t)))
		say(t, ana, `{"event":"message","data":"hi"}`)
		require.Contains(t, <-heard, `"hi"`)
	})
}

func TestWithoutATokenNobodyIsLetIn(t *testing.T) {
	for _, name := range onWebSockets {
		handler, err := baseline.Handler(t.Context(), name)
		require.NoError(t, err)
		srv := httptest.NewServer(handler)
		_, _, err = websocket.Dial(within(t), srv.URL, nil)
		require.ErrorContains(t, err, "401")
		srv.Close()
	}
}

func TestAnUnknownBaselineIsAnErrorThatNamesThoseThereAre(t *testing.T) {
	_, err := baseline.Handler(t.Context(), "nobody")
	require.ErrorContains(t, err, "hub")
}
