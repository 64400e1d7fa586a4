package app_test

import (
	"fmt"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/gobwas/ws"
	"github.com/stretchr/testify/require"

	"wslab/server/internal/app"
)

// open is the conformance gateway without authentication.
var open = app.Config{Gateway: "conformance", Open: true}

// A lingerer is a raw client that does not answer frames by itself.
type lingerer struct {
	t *testing.T
	net.Conn
	in interface{ Read([]byte) (int, error) }
}

func linger(t *testing.T, host string) *lingerer {
	conn, buffered, _, err := ws.Dial(deadline(t), "ws://"+host+"/ws")
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close() })
	require.NoError(t, conn.SetDeadline(time.Now().Add(20*time.Second)))
	l := &lingerer{t, conn, conn}
	if buffered != nil {
		l.in = buffered
	}
	return l
}

// hear returns the next frame.
func (l *lingerer) hear() ws.Frame {
	f, err := ws.ReadFrame(l.in)
	require.NoError(l.t, err)
	return f
}

func (l *lingerer) say(f ws.Frame) {
	require.NoError(l.t, ws.WriteFrame(l, ws.MaskFrame(f)))
}

// goodbye reads up to the close frame and returns its code and all messages before it. There may be news between
// them of who left meanwhile.
func (l *lingerer) goodbye() (code ws.StatusCode, messages []string) {
	for {
		f := l.hear()
		switch f.Header.OpCode {
		case ws.OpText:
			if text := string(f.Payload); strings.HasPrefix(text, `{"event":"message"`) {
				messages = append(messages, text)
			}
		case ws.OpClose:
			code, _ = ws.ParseCloseFrameData(f.Payload)
			return code, messages
		}
	}
}

func TestAStoppingServerSaysThatItDrainsAndLetsNobodyIn(t *testing.T) {
	a, host, stop := startApp(t, open)
	l := linger(t, host)
	status, body := request(t, http.MethodGet, "http://"+host+"/healthz", "")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "ok", body)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		stop()
	}()
	code, _ := l.goodbye()
	require.Equal(t, ws.StatusGoingAway, code)

	status, body = request(t, http.MethodGet, "http://"+host+"/healthz", "")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "draining", body)
	for _, path := range []string{"/ws", pollingQuery} {
		resp, err := http.Get("http://" + host + path)
		require.NoError(t, err)
		require.NoError(t, resp.Body.Close())
		require.Equal(t, http.StatusServiceUnavailable, resp.StatusCode, path)
		require.NotEmpty(t, resp.Header.Get("Retry-After"), path)
	}
	l.say(ws.NewCloseFrame(ws.NewCloseFrameBody(code, "")))
	<-stopped
	require.Contains(t, lastTold(t, a), `wslab_connections_refused_total{reason="draining"} 2`)
	_, err := net.Dial("tcp", host)
	require.Error(t, err)
}

func TestWhatWasQueuedIsHeardBeforeTheServerGoes(t *testing.T) {
	host, stop := start(t, open)
	slow, witness := linger(t, host), arrives(t, host, "Ana")
	polling := joined(t, host)
	const said = 8
	for i := range said {
		require.NoError(t, witness.Emit("message", fmt.Sprint(i, strings.Repeat(".", 100_000))))
		select {
		case <-witness.said: // and so it is queued for everybody
		case <-deadline(t).Done():
			t.Fatal("a message did not come back")
		}
	}
	go stop()
	code, messages := slow.goodbye()
	require.Equal(t, ws.StatusGoingAway, code)
	require.Len(t, messages, said)
	for i, message := range messages {
		require.Contains(t, message[:60], fmt.Sprintf(`"%d.`, i))
	}
	var heard strings.Builder
	for !strings.Contains(heard.String(), "41") {
		heard.WriteString(polling.get())
	}
	require.Equal(t, said, strings.Count(heard.String(), `42["message"`))
}

func TestAClientThatNeverReadsDoesNotHoldAStoppingServer(t *testing.T) {
	stuck := open
	stuck.StopTimeout = 50 * time.Millisecond
	host, stop := start(t, stuck)
	linger(t, host)
	witness := arrives(t, host, "Ana")
	witness.echoes(t, "the server has both")
	began := time.Now()
	stop()
	require.Less(t, time.Since(began), 4*time.Second, "it waits 5 s for an answer to a close frame")
}
