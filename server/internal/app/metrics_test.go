package app_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/server/transport/ws"
	"wslab/wasm/client"
)

// scrape returns the server's metrics.
func scrape(t *testing.T, host string) string {
	t.Helper()
	status, body := request(t, http.MethodGet, "http://"+host+"/metrics", "")
	require.Equal(t, http.StatusOK, status)
	return body
}

// lastTold returns the metrics of a server that has stopped, when nobody is there any more.
func lastTold(t *testing.T, a *app.App) string {
	t.Helper()
	w, r := httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "http://localhost/metrics", nil)
	r.RemoteAddr = "127.0.0.1:1000"
	a.Handler().ServeHTTP(w, r)
	require.Equal(t, http.StatusOK, w.Code)
	return w.Body.String()
}

func TestMetricsTellWhoIsThere(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	require.Contains(t, scrape(t, host), `wslab_connections{state="authenticated",transport="socketio"} 0`)
	join(t, ctx, host, "Ana")
	arrives(t, host, "Bob", "polling")
	dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	told := scrape(t, host)
	for _, line := range []string{
		`wslab_connections{state="authenticated",transport="raw"} 1`,
		`wslab_connections{state="authenticated",transport="socketio"} 1`,
		`wslab_connections_accepted_total{transport="socketio"} 1`,
		`wslab_handshake_duration_seconds_count{transport="raw"} 1`,
		"wslab_lesson_functions_running 0", "wslab_build_info{", "go_goroutines ", "process_start_time_seconds ",
	} {
		require.Contains(t, told, line)
	}
}

func TestMetricsTellHowConnectionsEnded(t *testing.T) {
	a, host, stop := startApp(t, app.Config{})
	ctx := deadline(t)
	ana, eve := join(t, ctx, host, "Ana"), dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	send(t, eve, "no JSON")
	require.Equal(t, gateway.Unauthorized, ended(ctx, eve))
	bob := arrives(t, host, "Bob", "websocket")
	_, err := client.Call(ctx, bob.Client, chat.Who, chat.Place{}) // and so he is inside
	require.NoError(t, err)
	require.NoError(t, ana.Close(1000, ""))
	select { // for which of two reasons she goes must be decided before the server stops
	case <-bob.leaves:
	case <-ctx.Done():
		t.Fatal("Bob did not hear that Ana left")
	}
	stop()
	told := lastTold(t, a)
	for _, line := range []string{
		`wslab_disconnects_total{code="1000"} 1`, `wslab_disconnects_total{code="1001"} 1`, `wslab_disconnects_total{code="4401"} 1`,
		`wslab_connection_duration_seconds_count{transport="raw"} 2`, `wslab_connection_duration_seconds_count{transport="socketio"} 1`,
	} {
		require.Contains(t, told, line)
	}
	for line := range strings.Lines(told) {
		if strings.HasPrefix(line, "wslab_connections{") {
			require.True(t, strings.HasSuffix(line, " 0\n"), line)
		}
	}
}

func TestMetricsTellWhyConnectionsWereRefused(t *testing.T) {
	host, _ := start(t, app.Config{Limits: app.Limits{Connections: 1}})
	ctx := deadline(t)
	refused := func(path string, header http.Header) {
		_, err := ws.Dial(ctx, "ws://"+host+path, ws.DialOptions{Header: header})
		require.Error(t, err)
	}
	refused("/ws?token=guess", nil)
	refused("/ws", http.Header{"Origin": {"https://evil.example"}})
	status, _ := request(t, http.MethodGet, "http://"+host+pollingQuery, "", "Origin", "https://evil.example")
	require.Equal(t, http.StatusForbidden, status)
	dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	refused("/ws", nil)
	told := scrape(t, host)
	for _, line := range []string{`{reason="unauthorized"} 1`, `{reason="origin"} 2`, `{reason="full"} 1`, `{reason="draining"} 0`} {
		require.Contains(t, told, "wslab_connections_refused_total"+line)
	}
}

func TestMetricsAreForThisMachineUnlessTheyAreOpened(t *testing.T) {
	shut, err := app.New(app.Config{})
	require.NoError(t, err)
	open, err := app.New(app.Config{Metrics: true})
	require.NoError(t, err)
	for _, c := range []struct {
		remote, host, header string
		want                 int
	}{
		{"127.0.0.1:1000", "localhost:8080", "", http.StatusOK},
		{"[::1]:1000", "[::1]:8080", "", http.StatusOK},
		{"192.0.2.1:1000", "127.0.0.1:8080", "", http.StatusForbidden},
		{"127.0.0.1:1000", "evil.example:8080", "", http.StatusForbidden},       // its name points here
		{"127.0.0.1:1000", "127.0.0.1:8080", "192.0.2.1", http.StatusForbidden}, // a proxy asks for another
	} {
		r := httptest.NewRequest(http.MethodGet, "/metrics", nil)
		r.RemoteAddr, r.Host = c.remote, c.host
		if c.header != "" {
			r.Header.Set("X-Forwarded-For", c.header)
		}
		w := httptest.NewRecorder()
		shut.Handler().ServeHTTP(w, r)
		require.Equal(t, c.want, w.Code, c)
		require.Empty(t, w.Header().Get("Access-Control-Allow-Origin"))
		w = httptest.NewRecorder()
		open.Handler().ServeHTTP(w, r)
		require.Equal(t, http.StatusOK, w.Code, c)
	}
}

func TestACodeThatAGatewayChoseIsNoNewSeries(t *testing.T) {
	a, host, stop := startApp(t, app.Config{})
	ctx := deadline(t)
	conn := join(t, ctx, host, "Ana")
	require.NoError(t, conn.Close(4999, "token=secret"))
	stop()
	told := lastTold(t, a)
	require.NotContains(t, told, "4999")
	require.NotContains(t, told, "secret")
}

func TestAWebSocketThatFailsAfterItWasAdmittedIsNotCountedForEver(t *testing.T) {
	host, _ := start(t, app.Config{Limits: app.Limits{Connections: 1}})
	for range 3 {
		status, _ := request(t, http.MethodGet, "http://"+host+socketQuery, "", "Connection", "Upgrade", "Upgrade", "websocket")
		require.Equal(t, http.StatusBadRequest, status, "it has no key")
	}
}

func TestNoTokenIsLogged(t *testing.T) {
	before := slog.Default()
	defer slog.SetDefault(before)
	var out bytes.Buffer
	slog.SetDefault(app.NewLog(&out, app.LogOptions{Level: slog.LevelDebug}))
	host, stop := start(t, app.Config{})
	ctx := deadline(t)
	header := http.Header{"Cookie": {"wslab_token=tell-nobody"}, "Authorization": {"Bearer tell-nobody"}}
	for _, query := range []string{"?token=tell-nobody&name=Eve", "?token=" + chat.Token + "&name=tell-nobody"} {
		conn, err := ws.Dial(ctx, "ws://"+host+"/ws"+query, ws.DialOptions{Header: header})
		if err == nil {
			require.NoError(t, conn.Close(4999, "tell-nobody"))
		}
	}
	stop()
	require.Contains(t, out.String(), `msg="connection refused" transport=raw remote=127.0.0.1:`)
	require.Contains(t, out.String(), "path=/ws reason=unauthorized")
	require.NotContains(t, out.String(), "tell-nobody")
}
