package function

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"
)

const rawFile = learner + "/raw.go"

// rawLab is a repository whose learner writes a raw handler, and a server in front of it.
type rawLab struct {
	*lab
	handler *Handler
	server  *httptest.Server
}

// newRawLab returns a lab in which the learner's code is the fixture raw. It is closed with the test.
func newRawLab(t *testing.T) *rawLab {
	t.Helper()
	l := openRawLab(t, t.TempDir())
	t.Cleanup(func() { l.stop(t) })
	return l
}

func openRawLab(t *testing.T, root string) *rawLab {
	t.Helper()
	l := openLab(t, "raw", root)
	for _, name := range []string{"go.mod", "go.sum"} {
		text, err := os.ReadFile(filepath.Join("../..", name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(l.root, name), text, 0o600))
	}
	handler := NewHandler(l.options)
	l.Function = handler.function
	return &rawLab{lab: l, handler: handler, server: httptest.NewServer(handler)}
}

func (l *rawLab) stop(t *testing.T) {
	l.lab.stop(t)
	l.server.Close()
}

// serving returns a lab whose handler is deployed.
func serving(t *testing.T) *rawLab {
	t.Helper()
	l := newRawLab(t)
	require.NoError(t, l.handler.Deploy(t.Context()))
	return l
}

// commonRaw is a lab for the tests that do not deploy.
var commonRaw *rawLab

func sharedRaw(t *testing.T) *rawLab {
	t.Helper()
	if commonRaw == nil {
		root, err := os.MkdirTemp("", "function-test-")
		require.NoError(t, err)
		commonRaw = openRawLab(t, root)
		require.NoError(t, commonRaw.Deploy(t.Context()))
	}
	return &rawLab{lab: commonRaw.again(t), handler: commonRaw.handler, server: commonRaw.server}
}

// get asks with plain HTTP.
func (l *rawLab) get(path string) (status int, body string) {
	l.t.Helper()
	answer, err := l.server.Client().Get(l.server.URL + path)
	require.NoError(l.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(l.t, err)
	return answer.StatusCode, string(text)
}

// peer is a WebSocket client of the handler.
type peer struct {
	t    *testing.T
	conn *websocket.Conn
}

func (l *rawLab) dial(path string) *peer {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	conn, answer, err := websocket.Dial(ctx, "ws"+strings.TrimPrefix(l.server.URL, "http")+path, nil)
	require.NoError(l.t, err)
	require.Equal(l.t, http.StatusSwitchingProtocols, answer.StatusCode)
	conn.SetReadLimit(2 << 20)
	l.t.Cleanup(func() { _ = conn.CloseNow() })
	return &peer{l.t, conn}
}

func (p *peer) send(kind websocket.MessageType, text string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	require.NoError(p.t, p.conn.Write(ctx, kind, []byte(text)))
}

func (p *peer) read() (websocket.MessageType, string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	kind, text, err := p.conn.Read(ctx)
	return kind, string(text), err
}

// echo sends a message, which must come back.
func (p *peer) echo(kind websocket.MessageType, text string) {
	p.t.Helper()
	p.send(kind, text)
	back, same, err := p.read()
	require.NoError(p.t, err)
	require.Equal(p.t, kind, back)
	require.Equal(p.t, text, same)
}

// chat sends a text so many times, and returns an error where something else comes back.
func (p *peer) chat(times int, text string) error {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	for range times {
		if err := p.conn.Write(ctx, asText, []byte(text)); err != nil {
			return err
		}
		_, back, err := p.conn.Read(ctx)
		if err != nil {
			return err
		}
		if string(back) != text {
			return fmt.Errorf("%.10q came back for %.10q", back, text)
		}
	}
	return nil
}

// expectClose reads until the connection ends, with this close frame.
func (p *peer) expectClose(code websocket.StatusCode, reason string) {
	p.t.Helper()
	for {
		_, _, err := p.read()
		if err == nil {
			continue
		}
		var closed websocket.CloseError
		require.ErrorAs(p.t, err, &closed)
		require.Equal(p.t, websocket.CloseError{Code: code, Reason: reason}, closed)
		return
	}
}

// expectLost reads until the connection ends, without a close frame.
func (p *peer) expectLost() {
	p.t.Helper()
	for {
		_, _, err := p.read()
		if err == nil {
			continue
		}
		require.Equal(p.t, websocket.StatusCode(-1), websocket.CloseStatus(err))
		require.NotErrorIs(p.t, err, context.DeadlineExceeded)
		return
	}
}
