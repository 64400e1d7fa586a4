package tap_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"wslab/server/wire"
	"wslab/server/wire/tap"
)

// A carrier serves one session of Engine.IO at a time, whose id is "secret-id".
type carrier struct {
	t     *testing.T
	board *tap.Board
	url   string
	polls chan string // what the polls bring, in turn

	mu     sync.Mutex
	over   func()
	header http.Header // of the last request, as the handler saw it
}

func newCarrier(t *testing.T) *carrier {
	c := &carrier{t: t, board: &tap.Board{Records: true, Others: 2}, polls: make(chan string, 10)}
	describe := func(_ bool, message []byte) (event, handler, place string) {
		switch {
		case strings.HasPrefix(string(message), "40"):
			return "connect", "", ""
		case strings.HasPrefix(string(message), `42["say"`):
			return "say", "Say", "say.go:1"
		}
		return "", "", ""
	}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.board.ServeSessions(w, r, describe, http.HandlerFunc(c.serve))
	}))
	t.Cleanup(srv.Close)
	c.url = srv.URL + "/?transport=polling"
	return c
}

func (c *carrier) serve(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.header = r.Header
	c.mu.Unlock()
	switch {
	case r.Header.Get("Upgrade") != "":
		c.upgrade(w, r)
	case !r.URL.Query().Has("sid"):
		if r.Method != http.MethodGet {
			http.Error(w, "GET it is", http.StatusBadRequest)
			return
		}
		c.over = tap.Begin(r.Context())
		brings(w, `0{"sid":"secret-id","upgrades":["websocket"]}`)
	case r.Method == http.MethodPost:
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "the rest is missing", http.StatusBadRequest)
			return
		}
		if string(body) == "1" {
			c.over()
		}
		_, _ = io.WriteString(w, "ok")
	default:
		select {
		case body := <-c.polls:
			brings(w, body)
		case <-r.Context().Done():
			c.over()
		}
	}
}

// brings answers a poll, in two parts.
func brings(w http.ResponseWriter, body string) {
	w.Header().Set("Content-Length", fmt.Sprint(len(body)))
	_, _ = io.WriteString(w, body[:1])
	_, _ = io.WriteString(w, body[1:])
}

func (c *carrier) upgrade(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return
	}
	defer conn.CloseNow()
	for {
		if _, _, err := conn.Read(context.Background()); err != nil {
			return
		}
	}
}

const onPage = "&page=p&as=ana"

// ask makes a request and returns the status and the body of the answer.
func (c *carrier) ask(method, query, body string) (int, string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, c.url+query, strings.NewReader(body))
	require.NoError(c.t, err)
	answer, err := http.DefaultClient.Do(r)
	require.NoError(c.t, err)
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	require.NoError(c.t, err)
	return answer.StatusCode, string(text)
}

// tape returns the first n entries of the page "p".
func (c *carrier) tape(n int) (all []wire.Entry) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), 30*time.Second)
	defer cancel()
	for len(all) < n {
		more, err := c.board.Log("p").After(ctx, uint64(len(all)), n-len(all))
		require.NoError(c.t, err, "%v", lines(all))
		all = append(all, more...)
	}
	return all
}

// lines are entries in a line each.
func lines(all []wire.Entry) (list []string) {
	for _, e := range all {
		way, text := "<", ""
		if e.Up {
			way = ">"
		}
		if e.Head != nil {
			text = e.Head.Line
		}
		if e.Frame != nil {
			text = strings.TrimSpace(e.Event + " " + string(e.Frame.Payload))
		}
		list = append(list, strings.TrimSpace(fmt.Sprintf("%d %s %s %s %s", e.Conn, e.Client, way, e.Kind, text)))
	}
	return list
}

func TestAClientThatPollsIsOneConnectionWithItsRequestsAndPackets(t *testing.T) {
	c := newCarrier(t)
	sid := onPage + "&sid=secret-id"
	c.ask("GET", onPage, "")
	c.ask("POST", sid, "40\x1e42[\"say\",\"x\"]")
	c.polls <- "40{}\x1e2"
	_, body := c.ask("GET", sid, "")
	require.Equal(t, "40{}\x1e2", body)
	c.ask("POST", sid, "1")
	all := c.tape(15)
	require.Equal(t, []string{
		"1 ana > request GET /?transport=polling&page=p&as=ana HTTP/1.1",
		"1 ana < answer HTTP/1.1 200 OK",
		`1 ana < packet 0{"sid":"secret-id","upgrades":["websocket"]}`,
		"1 ana > request POST /?transport=polling&page=p&as=ana&sid=secret-id HTTP/1.1",
		"1 ana > packet connect 40",
		`1 ana > packet say 42["say","x"]`,
		"1 ana < answer HTTP/1.1 200 OK",
		"1 ana > request GET /?transport=polling&page=p&as=ana&sid=secret-id HTTP/1.1",
		"1 ana < answer HTTP/1.1 200 OK",
		"1 ana < packet connect 40{}",
		"1 ana < packet 2",
		"1 ana > request POST /?transport=polling&page=p&as=ana&sid=secret-id HTTP/1.1",
		"1 ana > packet 1",
		"1 ana < answer HTTP/1.1 200 OK",
		"1 ana > end",
	}, lines(all))
	require.Equal(t, "say.go:1", all[5].Place)
	require.Equal(t, "ok", all[6].Head.Body)
	require.True(t, all[6].Polled)
	last := all[14]
	require.Equal(t, wire.Entry{N: 15, At: last.At, Conn: 1, Client: "ana", Up: true, Kind: wire.End, Polled: true}, last)
}

func TestARequestThatBeginsNoSessionStandsAlone(t *testing.T) {
	c := newCarrier(t)
	status, _ := c.ask("POST", onPage, "42")
	require.Equal(t, http.StatusBadRequest, status)
	c.ask("GET", onPage, "")
	all := c.tape(3)
	require.Equal(t, "HTTP/1.1 400 Bad Request", all[1].Head.Line)
	require.Equal(t, "GET it is\n", all[1].Head.Body)
	require.False(t, all[1].Polled)
	require.EqualValues(t, 2, all[2].Conn)
}

func TestAPollThatIsGivenUpEndsTheSessionAsLost(t *testing.T) {
	c := newCarrier(t)
	c.ask("GET", onPage, "")
	ctx, cancel := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", c.url+onPage+"&sid=secret-id", nil)
	require.NoError(t, err)
	given := make(chan error)
	go func() {
		_, err := http.DefaultClient.Do(r)
		given <- err
	}()
	c.tape(4) // it has come
	cancel()
	require.ErrorIs(t, <-given, context.Canceled)
	last := c.tape(5)[4]
	require.Equal(t, wire.Entry{N: 5, At: last.At, Conn: 1, Client: "ana", Up: true, Kind: wire.End, Polled: true, Lost: true}, last)
}

func TestASessionThatTheServerGivesUpIsLost(t *testing.T) {
	c := newCarrier(t)
	c.ask("GET", onPage, "")
	c.tape(3)
	c.over()
	last := c.tape(4)[3]
	require.True(t, last.Lost)
	require.False(t, last.Up)
}

func TestAPollThatComesLateBelongsToItsSession(t *testing.T) {
	c := newCarrier(t)
	c.ask("GET", onPage, "")
	c.ask("POST", onPage+"&sid=secret-id", "1")
	c.polls <- "6"
	c.ask("GET", onPage+"&sid=secret-id", "")
	require.Equal(t, []string{"1 ana > end", "1 ana > request GET /?transport=polling&page=p&as=ana&sid=secret-id HTTP/1.1", "1 ana < answer HTTP/1.1 200 OK", "1 ana < packet 6"}, lines(c.tape(10)[6:]))
}

func TestAnswersComeUncompressedSoThatTheyCanBeRead(t *testing.T) {
	c := newCarrier(t)
	c.ask("GET", onPage, "") // Go asks for gzip
	require.Contains(t, c.tape(1)[0].Head.Headers, wire.Field{Name: "Accept-Encoding", Value: "gzip"})
	c.mu.Lock()
	defer c.mu.Unlock()
	require.Empty(t, c.header.Get("Accept-Encoding"))
}

func TestALongBodyArrivesWholeAndIsToldCut(t *testing.T) {
	c := newCarrier(t)
	c.ask("GET", onPage, "")
	long := `42["say","` + strings.Repeat("x", 100<<10) + `"]`
	c.polls <- long
	_, body := c.ask("GET", onPage+"&sid=secret-id", "")
	require.Equal(t, long, body)
	e := c.tape(6)[5]
	require.EqualValues(t, len(long), e.Frame.Length)
	require.Equal(t, long[:wire.Keep], string(e.Frame.Payload))
	require.Equal(t, "say", e.Event)
}

func TestAStrangersTokenAndSessionAreShownToNoPage(t *testing.T) {
	c := newCarrier(t)
	c.board.Log("p")
	c.ask("GET", "", "")
	c.ask("POST", "&sid=secret-id", `40{"token":"tell-nobody"}`)
	all := c.tape(6)
	require.Equal(t, `1 other 1 < packet 0{"sid":"•••(9)","upgrades":["websocket"]}`, lines(all)[2])
	require.Equal(t, "1 other 1 > request POST /?transport=polling&sid=•••(9) HTTP/1.1", lines(all)[3])
	require.Equal(t, "1 other 1 > packet connect 40•••(23)", lines(all)[4])
}

func TestASessionThatBeganWhenNobodyWatchedIsNotRecorded(t *testing.T) {
	c := newCarrier(t)
	c.ask("GET", "", "")
	c.board.Log("p")
	c.ask("POST", "&sid=secret-id", "42")
	c.ask("GET", onPage, "")
	require.Equal(t, "1 ana > request GET /?transport=polling&page=p&as=ana HTTP/1.1", lines(c.tape(1))[0])
}

func TestTheWebSocketThatTakesASessionOverIsOfTheSameClient(t *testing.T) {
	for client, query := range map[string]string{"ana": onPage, "other 1": ""} {
		c := newCarrier(t)
		c.board.Log("p")
		c.ask("GET", query, "")
		conn, _, err := websocket.Dial(t.Context(), strings.Replace(c.url, "transport=polling", "transport=websocket", 1)+query+"&sid=secret-id", nil)
		require.NoError(t, err)
		require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte("2probe")))
		require.NoError(t, conn.Write(t.Context(), websocket.MessageText, []byte("5")))
		all := c.tape(8)
		require.Equal(t, []string{"2 " + client + " > frame 2probe", "2 " + client + " > frame 5", "1 " + client + " > end"}, lines(all[5:]))
		require.True(t, all[7].Polled)
		require.False(t, all[7].Lost)
		require.NoError(t, conn.CloseNow())
		c.over()
	}
}
