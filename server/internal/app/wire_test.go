package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/course"
	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/server/transport"
	"wslab/server/transport/ws"
	"wslab/wasm/client"
)

func init() { slog.SetDefault(app.NewLog(io.Discard, app.LogOptions{})) } // as Main does: lessons' logs go to their pages

// start serves a new server on a free port and returns its address, without the scheme.
func start(t testing.TB, c app.Config) (host string, stop func()) {
	_, host, stop = startApp(t, c)
	return host, stop
}

func startApp(t testing.TB, c app.Config) (a *app.App, host string, stop func()) {
	repo, err := course.FindRepo()
	require.NoError(t, err)
	c.Repo = repo
	a, err = app.New(c)
	require.NoError(t, err)
	listener, err := app.Listen("127.0.0.1:0")
	require.NoError(t, err)
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- a.Serve(ctx, listener) }()
	stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(t, <-served)
	})
	t.Cleanup(stop)
	return a, listener.Addr().String(), stop
}

// deadline bounds a test that waits for the network.
func deadline(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func ana() map[string]string { return map[string]string{"token": chat.Token, "name": "Ana"} }

// dial connects without presenting anything.
func dial(t testing.TB, ctx context.Context, url string, o ws.DialOptions) transport.Conn {
	conn, err := ws.Dial(ctx, url, o)
	require.NoError(t, err)
	t.Cleanup(func() { _ = conn.Close(1006, "") })
	return conn
}

func send(t testing.TB, conn transport.Conn, text string) {
	require.NoError(t, conn.Write(transport.Message{Data: []byte(text)}))
}

// watches waits until the open conformance gateway has put a client where it hears of who leaves: that it is
// connected comes before OnConnect runs.
func watches(t testing.TB, ctx context.Context, conn transport.Conn) {
	send(t, conn, `{"event":"echo"}`)
	event(t, ctx, conn, "echo")
}

// event reads messages until one of that event comes, and returns it.
func event(t testing.TB, ctx context.Context, conn transport.Conn, name string) string {
	for {
		m, err := conn.Read(ctx)
		require.NoError(t, err, "waiting for %s", name)
		var e struct{ Event string }
		require.NoError(t, json.Unmarshal(m.Data, &e))
		if e.Event == name {
			return string(m.Data)
		}
	}
}

// join connects to the chat with a first message and waits until it is open.
func join(t testing.TB, ctx context.Context, host, name string) transport.Conn {
	conn := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	send(t, conn, fmt.Sprintf(`{"event":"auth","data":{"token":"ABC-123","name":%q}}`, name))
	event(t, ctx, conn, "who")
	return conn
}

// ended reads until the connection ends and returns why.
func ended(ctx context.Context, conn transport.Conn) gateway.Disconnect {
	for {
		if _, err := conn.Read(ctx); err != nil {
			return gateway.AsDisconnect(err)
		}
	}
}

func TestPeopleTalkThroughTheMainPath(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	ana := join(t, ctx, host, "Ana")
	query := url.Values{"token": {chat.Token}, "name": {"Bob"}}
	bob := dial(t, ctx, "ws://"+host+"/ws?"+query.Encode(), ws.DialOptions{})
	event(t, ctx, bob, "who")
	event(t, ctx, ana, "joined")
	send(t, bob, `{"event":"message","data":"hello"}`)
	require.Equal(t, event(t, ctx, ana, "message"), event(t, ctx, bob, "message"))
}

func TestConnectedComesBeforeAnythingElse(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true})
	ctx := deadline(t)
	conn := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	m, err := conn.Read(ctx)
	require.NoError(t, err)
	require.Regexp(t, `^\{"event":"connected","data":\{"id":"\w+"\}\}$`, string(m.Data))
}

func TestAWrongTokenIsRefusedBeforeTheUpgradeOrAfter(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	for _, query := range []string{"?token=guess&name=Eve", "?token=ABC-123"} {
		_, err := ws.Dial(ctx, "ws://"+host+"/ws"+query, ws.DialOptions{})
		var refused *ws.Refused
		require.ErrorAs(t, err, &refused, query)
		require.Equal(t, http.StatusUnauthorized, refused.Status)
	}
	for _, first := range []string{
		`{"event":"auth","data":{"token":"guess","name":"Eve"}}`, `{"event":"auth","data":{"token":"ABC-123"}}`,
		`{"event":"message","data":"hi"}`, `no JSON`, `{"event":"auth"}`,
	} {
		conn := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
		send(t, conn, first)
		require.Equal(t, gateway.Unauthorized, ended(ctx, conn), first)
	}
}

func TestSilenceIsRefusedAfterTheConnectTimeout(t *testing.T) {
	host, _ := start(t, app.Config{ConnectTimeout: 10 * time.Millisecond})
	ctx := deadline(t)
	require.Equal(t, gateway.Unauthorized, ended(ctx, dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})))
}

func TestBadClientsHearExactlyWhyAndNobodyElseNotices(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	witness := join(t, ctx, host, "Ana")

	eve := join(t, ctx, host, "Eve")
	for text, want := range map[string]string{
		`{"event":"fly"}`:                                   `{"event":"exception","data":{"status":"error","code":"unknown_event","message":"nobody listens to \"fly\""}}`,
		`{"event":"fly","id":1}`:                            `{"id":1,"error":{"code":"unknown_event","message":"nobody listens to \"fly\""}}`,
		`{"event":"message","data":{"text":7}}`:             `{"event":"exception","data":{"status":"error","code":"bad_payload","message":"field \"text\": want string, got number"}}`,
		`{"event":"private","data":{"to":"x","text":"hi"}}`: `{"event":"exception","data":{"status":"error","code":"not_found","message":"nobody here has the id \"x\""}}`,
		`{"event":`: `{"event":"exception","data":{"status":"error","code":"bad_message","message":"not JSON at byte 9: unexpected end of JSON input"}}`,
	} {
		send(t, eve, text)
		m, err := eve.Read(ctx)
		require.NoError(t, err)
		require.Equal(t, want, string(m.Data))
	}
	go eve.Write(transport.Message{Data: []byte(strings.Repeat("x", 2_000_000))})
	require.Equal(t, gateway.TooBig, ended(ctx, eve))

	require.Contains(t, event(t, ctx, witness, "left"), `"reason":"too big"`)
	send(t, witness, `{"event":"message","data":"still here"}`)
	require.Contains(t, event(t, ctx, witness, "message"), "still here")
}

func TestAForeignOriginIsRefusedOnEveryPathThatConnects(t *testing.T) {
	host, _ := start(t, app.Config{Origins: []string{"school.example"}})
	ctx := deadline(t)
	from := func(origin string) ws.DialOptions { return ws.DialOptions{Header: http.Header{"Origin": {origin}}} }
	for _, path := range []string{"/ws", "/lessons/1/ws", "/lessons/1/solution/ws", "/lessons/1/feed"} {
		_, err := ws.Dial(ctx, "ws://"+host+path, from("https://evil.example"))
		var refused *ws.Refused
		require.ErrorAs(t, err, &refused, path)
		require.Equal(t, http.StatusForbidden, refused.Status, path)
	}
	dial(t, ctx, "ws://"+host+"/lessons/1/solution/ws", from("https://school.example"))
	dial(t, ctx, "ws://"+host+"/lessons/1/solution/ws", from("http://"+host))
}

func TestTextThatIsNoUTF8EndsOnlyWhoSentItAlsoInABinaryFrame(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true})
	ctx := deadline(t)
	eve, other := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{}), dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	event(t, ctx, eve, "connected")
	watches(t, ctx, other)
	require.NoError(t, eve.Write(transport.Message{Binary: true, Data: []byte("{\"event\":\"message\",\"data\":\"a\xffb\"}")}))
	require.Equal(t, gateway.InvalidText, ended(ctx, eve))
	require.Contains(t, event(t, ctx, other, "left"), `"reason":"invalid text"`)
}

func TestAFloodEndsOnlyTheFlooder(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true})
	ctx := deadline(t)
	flooder, other := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{}), dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	watches(t, ctx, other)
	go func() {
		for range 10_000 {
			if flooder.Write(transport.Message{Data: []byte(`{"event":"stream"}`)}) != nil {
				return
			}
		}
	}()
	require.Equal(t, gateway.RateLimited, ended(ctx, flooder))
	require.Contains(t, event(t, ctx, other, "left"), `"reason":"rate limited"`)
}

func TestARefusalInTheQueryIsShownOnTheLessonsPage(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	feed := dial(t, ctx, "ws://"+host+"/lessons/3/feed", ws.DialOptions{})
	event(t, ctx, feed, "connected")
	_, err := ws.Dial(ctx, "ws://"+host+"/lessons/3/solution/ws?token=guess&name=Eve", ws.DialOptions{})
	require.Error(t, err)
	line := event(t, ctx, feed, "console")
	require.Contains(t, line, "client refused")
	require.NotContains(t, line, "guess")
}

func TestAStoppingServerTellsItsClientsAndEnds(t *testing.T) {
	host, stop := start(t, app.Config{})
	ctx := deadline(t)
	conn := join(t, ctx, host, "Ana")
	go stop()
	require.Equal(t, gateway.GoingAway, ended(ctx, conn))
	stop()
	_, err := net.Dial("tcp", host)
	require.Error(t, err)
}

func TestAClientThatIsStillAuthenticatingHearsThatTheServerStops(t *testing.T) {
	host, stop := start(t, app.Config{})
	ctx := deadline(t)
	conn := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	go stop()
	require.Equal(t, gateway.GoingAway, ended(ctx, conn))
}

func TestALineThatAPageCutsIsALostConnection(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true})
	ctx := deadline(t)
	other := dial(t, ctx, "ws://"+host+"/ws", ws.DialOptions{})
	event(t, ctx, other, "connected")
	cut := dial(t, ctx, "ws://"+host+"/ws?page=secret&as=ana", ws.DialOptions{})
	event(t, ctx, cut, "connected")
	resp, err := http.PostForm("http://"+host+"/pages/secret/ana", url.Values{"cut": {"fin"}})
	require.NoError(t, err)
	resp.Body.Close()
	require.Equal(t, http.StatusNoContent, resp.StatusCode)
	require.Equal(t, gateway.ConnectionLost, ended(ctx, cut))
	require.Contains(t, event(t, ctx, other, "left"), `"reason":"connection lost"`)
}

func TestAHundredClientsConnectSpeakAndLeave(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true})
	ctx := deadline(t)
	witness, err := client.Dial(ctx, "ws://"+host+"/ws", client.Options{})
	require.NoError(t, err)
	heard, left := make(chan string, 1000), make(chan string, 1000)
	client.Listen(witness, gateway.Event[string]("message"), func(text string) { heard <- text })
	client.Listen(witness, gateway.Event[struct{ Reason string }]("left"), func(d struct{ Reason string }) { left <- d.Reason })
	go witness.Run()
	for i := range 100 {
		go func() {
			c, err := client.Dial(ctx, "ws://"+host+"/ws", client.Options{})
			if err == nil {
				go c.Run()
				_ = c.Emit("message", fmt.Sprint("from ", i))
				_, _ = client.Call(ctx, c, gateway.Request[int, int]("echo"), i) // what was sent before is handled
				_ = c.Close()
			}
		}()
	}
	said := make(map[string]int)
	for range 100 {
		select {
		case text := <-heard:
			said[text]++
		case <-ctx.Done():
			t.Fatal("not every message came")
		}
	}
	require.Len(t, said, 100)
	for range 100 {
		select {
		case reason := <-left:
			require.Equal(t, "client left", reason)
		case <-ctx.Done():
			t.Fatal("not everybody's leaving was told")
		}
	}
	require.NoError(t, witness.Close())
}
