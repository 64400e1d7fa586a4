package sequence_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/server/transport/ws"
	"wslab/server/wire"
	"wslab/server/wire/sequence"
	"wslab/server/wire/tap"
)

const (
	say    gateway.Event[string] = "message"
	secret gateway.Event[string] = "secret" // nobody hears it
)

// A room is a lesson whose handlers log what they handle, and whose connections are recorded.
type room struct {
	board tap.Board
	log   bytes.Buffer // written by one handler after the other, since clients speak in turn
	url   string
}

func open(t *testing.T) *room {
	r := new(room)
	r.board.Records = true
	log := slog.New(slog.NewJSONHandler(&r.log, nil))
	ns := gateway.NewNamespace(func(everyone gateway.Emitter) gateway.Gateway {
		handle := func(_ context.Context, _ *gateway.Socket, text string) error {
			log.Info(text)
			return say.Emit(everyone, text)
		}
		ignore := func(context.Context, *gateway.Socket, string) error { return nil }
		return gateway.Gateway{Events: gateway.Events{say.On(handle), secret.On(ignore)}}
	})
	sockets := ws.Handler(func(ctx context.Context, h gateway.Handshake) (func(context.Context, transport.Conn), error) {
		session, err := jsonevent.Admit(ctx, ns, h)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, conn transport.Conn) { session.Serve(ctx, conn, nil) }, nil
	}, ws.Options{})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) { r.board.Serve(w, q, nil, sockets) }))
	t.Cleanup(func() {
		_ = ns.Close(context.Background(), gateway.GoingAway)
		server.Close()
	})
	r.url = "ws" + strings.TrimPrefix(server.URL, "http")
	return r
}

// A speaker is a client that says something and waits until it hears it.
type speaker struct {
	t    *testing.T
	ctx  context.Context
	conn transport.Conn
}

func (r *room) join(t *testing.T, ctx context.Context, page, name string) *speaker {
	conn, err := ws.Dial(ctx, r.url+"/?page="+page+"&as="+name, ws.DialOptions{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(gateway.ConnectionLost.Code, "") })
	s := &speaker{t, ctx, conn}
	s.hears("connected", "")
	return s
}

func (s *speaker) says(event gateway.Event[string], text string) {
	require.NoError(s.t, s.conn.Write(transport.Message{Data: fmt.Appendf(nil, `{"event":%q,"data":%q}`, string(event), text)}))
}

func (s *speaker) hears(event, data string) {
	for {
		m, err := s.conn.Read(s.ctx)
		require.NoError(s.t, err)
		p, err := jsonevent.Decode(m.Data)
		require.NoError(s.t, err)
		if p.Event == event && (data == "" || string(p.Data) == fmt.Sprintf("%q", data)) {
			return
		}
	}
}

// ended reads the log of a page until so many connections have ended.
func (r *room) ended(t *testing.T, ctx context.Context, page string, connections int) (all []wire.Entry) {
	after := uint64(0)
	for connections > 0 {
		entries, err := r.board.Log(page).After(ctx, after, 500)
		require.NoError(t, err)
		for _, e := range entries {
			if e.Kind == wire.End {
				connections--
			}
		}
		all = append(all, entries...)
		after = all[len(all)-1].N
	}
	return all
}

func TestTheDiagramsOrderIsThatOfTheServersLog(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	lesson, other := open(t), open(t)
	ana, bob := lesson.join(t, ctx, "p", "ana"), lesson.join(t, ctx, "p", "bob")
	strangers := []*speaker{lesson.join(t, ctx, "another-page", "ana"), other.join(t, ctx, "p", "ana")}
	for i := range 1000 {
		speaker, text := ana, fmt.Sprintf("message %d", i)
		if i%2 == 1 {
			speaker = bob
		}
		if i%10 == 0 {
			strangers[0].says(secret, "of another page")
			strangers[1].says(say, "of another lesson")
		}
		speaker.says(say, text)
		speaker.hears("message", text)
	}
	ana.hears("message", "message 999") // a client that leaves may miss what is on its way
	_, _ = ana.conn.Close(1000, ""), bob.conn.Close(1000, "")
	entries := lesson.ended(t, ctx, "p", 2)

	var logged []string
	for record := range bytes.Lines(lesson.log.Bytes()) {
		var line struct{ Msg string }
		require.NoError(t, json.Unmarshal(record, &line))
		logged = append(logged, line.Msg)
	}
	require.Len(t, logged, 1000)

	text := sequence.Mermaid(entries)
	arrows := regexp.MustCompile(`(?m)^  (Ana|Bob)->>Server: message #quot;(.*)#quot;$`).FindAllStringSubmatch(text, -1)
	require.Len(t, arrows, 1000)
	for i, arrow := range arrows {
		require.Equal(t, []string{"Ana", "Bob"}[i%2], arrow[1])
		require.Equal(t, logged[i], arrow[2])
	}
	require.Equal(t, 2000, strings.Count(text, "\n  Server->>Ana: message")+strings.Count(text, "\n  Server->>Bob: message"))
	document := sequence.SVG(entries, sequence.Options{})
	require.Equal(t, len(entries), strings.Count(document, `<g class="row `))
	for _, diagram := range []string{text, document} {
		require.NotContains(t, diagram, "of another page")
		require.NotContains(t, diagram, "of another lesson")
	}
}
