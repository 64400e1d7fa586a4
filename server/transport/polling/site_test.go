package polling_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
	"wslab/server/transport/polling"
)

// A site is a handler that is asked in memory, and the session that it serves.
type site struct {
	*testing.T
	handler *polling.Handler
	refusal error // where nobody is let in
	deaf    bool  // the server reads nothing

	sid     string
	session *engineio.Session
	begun   chan *engineio.Session
	heard   chan transport.Message
	end     chan gateway.Disconnect // what the session's last Read said
	serving sync.WaitGroup
}

// visit runs a test against a handler, under a fake clock. That the bubble ends shows that no goroutine is left.
func visit(t *testing.T, o polling.Options, test func(s *site)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := &site{T: t, begun: make(chan *engineio.Session, 10), heard: make(chan transport.Message, 1000), end: make(chan gateway.Disconnect, 10)}
		s.handler = polling.New(s.admit, o)
		defer func() {
			if s.session != nil {
				_ = s.session.Close(gateway.ConnectionLost.Code, "")
			}
			s.serving.Wait()
		}()
		test(s)
	})
}

// begun is visit with a session that has begun.
func begun(t *testing.T, test func(s *site)) {
	t.Helper()
	visit(t, polling.Options{}, func(s *site) {
		s.begin()
		test(s)
	})
}

func (s *site) admit(*http.Request) (func(*engineio.Session), func(), error) {
	if s.refusal != nil {
		return nil, nil, s.refusal
	}
	s.serving.Add(1)
	return func(session *engineio.Session) {
		s.begun <- session
		if s.deaf {
			<-session.Done()
			return
		}
		for {
			m, err := session.Read(context.Background())
			if err != nil {
				why := gateway.AsDisconnect(err)
				s.end <- why
				_ = session.Close(why.Code, why.Reason)
				return
			}
			s.heard <- m
		}
	}, s.serving.Done, nil
}

// begin begins a session.
func (s *site) begin() engineio.Handshake {
	s.Helper()
	w := s.ask("GET", "EIO=4&transport=polling", "")
	require.Equal(s, 200, w.Code, w.Body)
	var open engineio.Handshake
	require.NoError(s, json.Unmarshal([]byte(strings.TrimPrefix(w.Body.String(), "0")), &open))
	s.sid, s.session = open.SID, <-s.begun
	return open
}

// ask makes a request. Its headers are a list of keys and values.
func (s *site) ask(method, query, body string, header ...string) *httptest.ResponseRecorder {
	return s.askWith(s.Context(), method, query, body, header...)
}

func (s *site) askWith(ctx context.Context, method, query, body string, header ...string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, request(ctx, method, query, body, header...))
	return w
}

func request(ctx context.Context, method, query, body string, header ...string) *http.Request {
	r := httptest.NewRequestWithContext(ctx, method, "http://lab.example/socket.io/?"+query, strings.NewReader(body))
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	return r
}

// own is the query of the session's requests.
func (s *site) own() string { return "EIO=4&transport=polling&sid=" + s.sid }

func (s *site) post(body string, header ...string) *httptest.ResponseRecorder {
	return s.ask("POST", s.own(), body, header...)
}

func (s *site) poll(header ...string) *httptest.ResponseRecorder {
	return s.ask("GET", s.own(), "", header...)
}

// waits polls, and returns once the poll waits.
func (s *site) waits(ctx context.Context) <-chan *httptest.ResponseRecorder {
	answer := make(chan *httptest.ResponseRecorder, 1)
	go func() { answer <- s.askWith(ctx, "GET", s.own(), "") }()
	synctest.Wait()
	require.Empty(s, answer)
	return answer
}

// write has the session write texts together.
func (s *site) write(texts ...string) {
	s.Helper()
	var messages []transport.Message
	for _, text := range texts {
		messages = append(messages, transport.Message{Data: []byte(text)})
	}
	require.NoError(s, s.session.Write(messages...))
}

// alive requires that the session speaks and listens.
func (s *site) alive() {
	s.Helper()
	require.Equal(s, "ok", s.post("4up").Body.String())
	require.Equal(s, "up", string((<-s.heard).Data))
	s.write("down")
	require.Equal(s, "4down", s.poll().Body.String())
}

// gone requires that the session has ended like this, and is unknown.
func (s *site) gone(why gateway.Disconnect) {
	s.Helper()
	require.Equal(s, why, <-s.end)
	synctest.Wait()
	s.refused(s.poll(), 400, `{"code":1,"message":"Session ID unknown"}`)
}

// refused requires an answer that is an error.
func (s *site) refused(w *httptest.ResponseRecorder, status int, body string) {
	s.Helper()
	require.Equal(s, status, w.Code)
	require.Equal(s, body, strings.TrimSpace(w.Body.String()))
	require.Equal(s, "application/json", w.Header().Get("Content-Type"))
	require.Equal(s, "no-store", w.Header().Get("Cache-Control"))
}
