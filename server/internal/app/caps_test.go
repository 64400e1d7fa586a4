package app_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/server/transport"
	"wslab/server/transport/ws"
)

func TestAFullServerAnswers503(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true, Limits: app.Limits{Connections: 2}})
	ctx := deadline(t)
	first := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	second := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	_, err := ws.Dial(ctx, "ws://"+host+"/ws", ws.DialOptions{})
	var refused *ws.Refused
	require.ErrorAs(t, err, &refused)
	require.Equal(t, http.StatusServiceUnavailable, refused.Status)
	watches(t, ctx, second)
	require.NoError(t, first.Close(1000, ""))
	require.Contains(t, event(t, ctx, second, "left"), "client left")
}

func TestAStrangerMayHoldOnly200ConnectionsThatSayNothing(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	known := join(t, ctx, host, "Ana")
	for range 200 {
		dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	}
	_, err := ws.Dial(ctx, "ws://"+host+"/ws", ws.DialOptions{})
	var refused *ws.Refused
	require.ErrorAs(t, err, &refused)
	require.Equal(t, http.StatusServiceUnavailable, refused.Status)
	send(t, known, `{"event":"message","data":"still here"}`)
	require.Contains(t, event(t, ctx, known, "message"), "still here")
}

func TestLimitsAreWhatTheyWereSetTo(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true, Limits: app.Limits{Rate: 1, Burst: 3, Read: 1000}})
	ctx := deadline(t)
	fast, long := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{}), dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	go func() {
		for fast.Write(transport.Message{Data: []byte(`{"event":"stream"}`)}) == nil {
		}
	}()
	require.Equal(t, gateway.RateLimited, ended(ctx, fast))
	send(t, long, `{"event":"`+strings.Repeat("x", 1000)+`"}`)
	require.Equal(t, gateway.TooBig, ended(ctx, long))
	m, err := dial(t, ctx, "ws://"+host+socketQuery, ws.DialOptions{}).Read(ctx)
	require.NoError(t, err)
	require.Contains(t, string(m.Data), `"maxPayload":1000`)
}

func TestWhoIsRefusedByACapHearsWhich(t *testing.T) {
	host, _ := start(t, app.Config{Limits: app.Limits{Unauthenticated: 1}})
	dial(t, deadline(t), "ws://"+host+"/ws", ws.DialOptions{})
	for _, path := range []string{"/ws", pollingQuery} {
		status, body := request(t, http.MethodGet, "http://"+host+path, "")
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.Contains(t, body, "too many connections from one address that have not authenticated")
	}
}
