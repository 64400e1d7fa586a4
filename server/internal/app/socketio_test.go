package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/server/transport"
	"wslab/server/transport/ws"
)

// A poller is a client of Socket.IO that polls, request by request.
type poller struct {
	t    *testing.T
	base string // with the path and the fixed parameters
	sid  string
}

const (
	pollingQuery = "/socket.io/?EIO=4&transport=polling"
	socketQuery  = "/socket.io/?EIO=4&transport=websocket"
)

// request makes a request and returns its status and its body.
func request(t *testing.T, method, url, body string, header ...string) (status int, answer string) {
	t.Helper()
	r, err := http.NewRequestWithContext(deadline(t), method, url, strings.NewReader(body))
	require.NoError(t, err)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return resp.StatusCode, strings.TrimSpace(string(text))
}

func poll(t *testing.T, host string) *poller {
	t.Helper()
	p := &poller{t: t, base: "http://" + host + pollingQuery}
	status, body := request(t, "GET", p.base, "")
	require.Equal(t, 200, status, body)
	var open struct{ SID string }
	require.NoError(t, json.Unmarshal([]byte(strings.TrimPrefix(body, "0")), &open))
	p.sid = open.SID
	return p
}

func (p *poller) url() string { return p.base + "&sid=" + p.sid }

func (p *poller) post(body string) (int, string) {
	p.t.Helper()
	return request(p.t, "POST", p.url(), body, "Content-Type", "text/plain;charset=UTF-8")
}

// get polls until something comes that is no ping.
func (p *poller) get() string {
	p.t.Helper()
	status, body := request(p.t, "GET", p.url(), "")
	require.Equal(p.t, 200, status, body)
	return body
}

// joined is a poller in the main namespace.
func joined(t *testing.T, host string) *poller {
	p := poll(t, host)
	_, body := p.post(`40{"token":"ABC-123","name":"Ana"}`)
	require.Equal(t, "ok", body)
	require.Regexp(t, `^40\{"sid":"`, p.get())
	return p
}

// socket is a WebSocket of Socket.IO in the main namespace.
func socket(t *testing.T, ctx context.Context, host string) transport.Conn {
	t.Helper()
	conn := dial(t, ctx, "ws://"+host+socketQuery, ws.DialOptions{})
	says(t, ctx, conn, `0{"sid":`)
	send(t, conn, `40{"token":"ABC-123","name":"Eve"}`)
	says(t, ctx, conn, `40{"sid":`)
	return conn
}

// says reads the next message, which must begin like this.
func says(t *testing.T, ctx context.Context, conn transport.Conn, prefix string) {
	t.Helper()
	m, err := conn.Read(ctx)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(m.Data), prefix), "want %s, got %.200s", prefix, m.Data)
}

func conforming(t *testing.T) (host string) {
	host, _ = start(t, app.Config{Gateway: "conformance"})
	return host
}

func TestWhatIsNoRequestOfEngineIOIsRefusedAsTheReferenceDoes(t *testing.T) {
	host := conforming(t)
	base := "http://" + host + "/socket.io/?"
	upgrade := []string{"Connection", "Upgrade", "Upgrade", "websocket", "Sec-WebSocket-Version", "13", "Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}
	for _, test := range []struct {
		method, query string
		header        []string
		status        int
		answer        string
	}{
		{"GET", "EIO=3&transport=polling", nil, 400, `{"code":5,"message":"Unsupported protocol version"}`},
		{"GET", "transport=polling", nil, 400, `{"code":5,"message":"Unsupported protocol version"}`},
		{"GET", "EIO=abc&transport=polling", nil, 400, `{"code":5,"message":"Unsupported protocol version"}`},
		{"GET", "EIO=3&transport=websocket", upgrade, 400, `{"code":5,"message":"Unsupported protocol version"}`},
		{"GET", "EIO=4", nil, 400, `{"code":0,"message":"Transport unknown"}`},
		{"GET", "EIO=4&transport=carrier-pigeon", nil, 400, `{"code":0,"message":"Transport unknown"}`},
		{"GET", "EIO=4&transport=polling&sid=nobody", nil, 400, `{"code":1,"message":"Session ID unknown"}`},
		{"GET", "EIO=4&transport=polling&sid=__proto__", nil, 400, `{"code":1,"message":"Session ID unknown"}`},
		{"GET", "EIO=4&transport=websocket&sid=nobody", upgrade, 400, `{"code":1,"message":"Session ID unknown"}`},
		{"POST", "EIO=4&transport=polling", nil, 400, `{"code":2,"message":"Bad handshake method"}`},
		{"OPTIONS", "EIO=4&transport=polling", nil, 400, `{"code":2,"message":"Bad handshake method"}`},
		{"GET", "EIO=4&transport=websocket", nil, 400, `{"code":3,"message":"Bad request"}`},
		{"GET", "EIO=4&transport=polling", []string{"Origin", "http://elsewhere.example"}, 403, `{"code":4,"message":"Forbidden"}`},
		{"GET", "EIO=4&transport=websocket", append([]string{"Origin", "http://elsewhere.example"}, upgrade...), 403, `{"code":4,"message":"Forbidden"}`},
	} {
		status, answer := request(t, test.method, base+test.query, "", test.header...)
		require.Equal(t, test.status, status, test.query)
		require.Equal(t, test.answer, answer, test.query)
	}
	status, _ := request(t, "GET", "http://"+host+"/socket.io?EIO=4&transport=polling", "")
	require.Equal(t, 404, status, "without the slash there is nothing")
}

func TestAForeignPageCannotUseASessionThatThereIs(t *testing.T) {
	host := conforming(t)
	p := joined(t, host)
	for _, method := range []string{"GET", "POST"} {
		status, _ := request(t, method, p.url(), "42[]", "Origin", "http://elsewhere.example")
		require.Equal(t, 403, status)
	}
	_, err := ws.Dial(deadline(t), "ws://"+host+socketQuery+"&sid="+p.sid, ws.DialOptions{Header: http.Header{"Origin": {"http://elsewhere.example"}}})
	require.ErrorContains(t, err, "403")
	p.post(`421["echo",1]`)
	require.Equal(t, `431[1]`, p.get(), "the session lives on")
}

// Each of these clients loses its own session; a witness hears all that is said, in order, once.
func TestABadClientEndsAloneAndNobodyElseNotices(t *testing.T) {
	host := conforming(t)
	ctx := deadline(t)
	deep := `42["message",` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `]`
	overWebSocket := map[string]string{
		"no packet": "abc", "an unknown type": "9", "an empty packet": "", "a ping, which is the server's": "2", "a packet of no type": "4", "a second connect": `40{"token":"ABC-123","name":"Eve"}`,
		"no list": `42{}`, "an empty list": `42[]`, "a reserved name": `42["disconnect"]`, "JSON that is cut": `42["message"`, "an unknown namespace": `42/nope,["x"]`,
		"deep nesting": deep, "too many attachments": `4511-["x"]`, "a placeholder out of range": `451-["x",{"_placeholder":true,"num":7}]`, "a prototype as namespace": `42/__proto__,["x"]`,
	}
	witness := socket(t, ctx, host)
	speaker := socket(t, ctx, host)
	n := 0
	speak := func() {
		t.Helper()
		n++
		send(t, speaker, `42["message","`+strings.Repeat("x", n)+`"]`)
		says(t, ctx, speaker, `42["message"`)
		for { // who left is told, too
			m, err := witness.Read(ctx)
			require.NoError(t, err)
			if !strings.HasPrefix(string(m.Data), `42["left"`) {
				require.Equal(t, `42["message","`+strings.Repeat("x", n)+`"]`, string(m.Data))
				return
			}
		}
	}
	drain := func() { says(t, ctx, speaker, `42["left"`) }
	for name, message := range overWebSocket {
		eve := socket(t, ctx, host)
		send(t, eve, message)
		why := ended(ctx, eve)
		require.NotEqual(t, gateway.ErrClosed, why, name)
		drain()
		speak()
	}
	eve := socket(t, ctx, host)
	send(t, eve, `42["message","`+strings.Repeat("x", 1_000_001)+`"]`)
	require.Equal(t, gateway.TooBig.Code, ended(ctx, eve).Code)
	drain()
	speak()
	for _, tolerated := range []string{`42`, `42[5]`, `42["__proto__"]`, `42["constructor"]`, `4399[]`, `3`, `5`, `6`} {
		send(t, speaker, tolerated)
	}
	send(t, speaker, `421["echo","still here"]`)
	for {
		m, err := speaker.Read(ctx)
		require.NoError(t, err)
		if string(m.Data) == `431["still here"]` {
			break
		}
		require.Contains(t, string(m.Data), `42["exception"`)
	}
}

func TestASessionThatPollsEndsWithWhatItDoesWrong(t *testing.T) {
	host := conforming(t)
	for _, body := range []string{"abc", ""} {
		p := joined(t, host)
		status, answer := p.post(body)
		require.Equal(t, 200, status)
		require.Equal(t, "ok", answer)
		status, answer = request(t, "GET", p.url(), "")
		require.Equal(t, 400, status)
		require.Equal(t, `{"code":1,"message":"Session ID unknown"}`, answer)
	}
	p := joined(t, host)
	status, _ := request(t, "POST", p.url(), "x", "Content-Type", "application/octet-stream")
	require.Equal(t, 400, status)
	status, _ = request(t, "GET", p.url(), "")
	require.Equal(t, 400, status)
}

func TestABodyThatIsTooLongIsRefusedAndTheSessionGoesOn(t *testing.T) {
	p := joined(t, conforming(t))
	status, _ := p.post("4" + strings.Repeat("x", 1_000_001))
	require.Equal(t, 413, status)
	p.post(`421["echo",1]`)
	require.Equal(t, `431[1]`, p.get())
}

func TestASecondPollEndsTheSession(t *testing.T) {
	p := joined(t, conforming(t))
	answers := make(chan string)
	for range 2 {
		go func() {
			status, body := request(t, "GET", p.url(), "")
			answers <- fmt.Sprint(status, " ", body)
		}()
	}
	got := []string{<-answers, <-answers}
	slices.Sort(got)
	require.Contains(t, []string{"200 1", "200 6"}, got[0], "the poll that waited")
	require.Contains(t, got[1], "400 ", "the one that came second")
	status, _ := request(t, "GET", p.url(), "")
	require.Equal(t, 400, status, "there is no session any more")
}

func TestANestedAnswerKillsNobody(t *testing.T) { // the reference dies of it
	host := conforming(t)
	ctx := deadline(t)
	for _, depth := range []int{1000, 5000} {
		eve := socket(t, ctx, host)
		payload := strings.Repeat("[", depth) + strings.Repeat("]", depth)
		send(t, eve, `421["echo",`+payload+`]`)
		says(t, ctx, eve, `431[`+payload+`]`)
	}
}

func TestAnAnswerNeverSpeaksForTheServer(t *testing.T) { // NestJS lets {"event"} in a reply do so
	ctx := deadline(t)
	eve := socket(t, ctx, conforming(t))
	send(t, eve, `421["echo",{"event":"x","data":5}]`)
	says(t, ctx, eve, `431[{"event":"x","data":5}]`)
}

func TestAnExceptionDoesNotRepeatThePayload(t *testing.T) { // NestJS sends it back
	ctx := deadline(t)
	eve := socket(t, ctx, conforming(t))
	send(t, eve, `421["fail",{"secret":"hunter2"}]`)
	m, err := eve.Read(ctx)
	require.NoError(t, err)
	require.Equal(t, `42["exception",{"status":"error","code":"failed","message":"this handler always fails"}]`, string(m.Data))
}

func TestAClientThatJoinsNothingIsShownOut(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", ConnectTimeout: 50 * time.Millisecond})
	ctx := deadline(t)
	idle := dial(t, ctx, "ws://"+host+socketQuery, ws.DialOptions{})
	require.Equal(t, gateway.Unauthorized.Code, ended(ctx, idle).Code)
	left := socket(t, ctx, host)
	send(t, left, "41")
	require.Equal(t, gateway.Unauthorized.Code, ended(ctx, left).Code)
}

func TestASessionIsOneConnectionHoweverManyRequestsItTakes(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Limits: app.Limits{Connections: 1}})
	p := joined(t, host)
	for range 5 {
		p.post(`421["echo",1]`)
		p.get()
	}
	status, _ := request(t, "GET", "http://"+host+pollingQuery, "")
	require.Equal(t, 503, status)
}

func TestAFloodOfPacketsEndsItsSession(t *testing.T) {
	p := joined(t, conforming(t))
	p.post(strings.TrimSuffix(strings.Repeat("42[\"x\"]\x1e", 2500), "\x1e"))
	for { // exceptions, and then the end
		status, body := request(t, "GET", p.url(), "")
		if status != 200 || strings.HasSuffix(body, "1") && !strings.HasSuffix(body, "]") {
			return
		}
	}
}

func TestClientsOfSocketIOAreToldThatTheServerStops(t *testing.T) {
	host, stop := start(t, app.Config{Gateway: "conformance"})
	ctx := deadline(t)
	ana, bob := joined(t, host), socket(t, ctx, host)
	polled := make(chan string)
	go func() { polled <- ana.get() }()
	stopped := make(chan struct{})
	go func() { stop(); close(stopped) }()
	for {
		m, err := bob.Read(ctx)
		require.NoError(t, err)
		if string(m.Data) == "41" {
			break
		}
	}
	require.Equal(t, gateway.GoingAway.Code, ended(ctx, bob).Code)
	require.Contains(t, <-polled, "4") // 41, or that Bob has left, before it
	<-stopped
}
