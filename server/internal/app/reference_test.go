package app_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/transport"
	"wslab/server/transport/ws"
)

// opened is a WebSocket of Socket.IO that has joined nothing yet.
func opened(t *testing.T, host string) transport.Conn {
	t.Helper()
	conn := dial(t, deadline(t), "ws://"+host+socketQuery, ws.DialOptions{})
	says(t, deadline(t), conn, `0{"sid":`)
	return conn
}

func TestWhatDoesNotBelongToANamespaceEndsTheConnection(t *testing.T) {
	host := conforming(t)
	ctx := deadline(t)
	const connect = `40{"token":"ABC-123","name":"Eve"}`
	for name, messages := range map[string][]string{
		"an event before a connect":             {`42["message","x"]`},
		"two connects at a time":                {connect, connect},
		"an answer before a connect":            {`430[]`},
		"leaving before a connect":              {`41`},
		"a refusal, which is the server's":      {`44{"message":"no"}`},
		"a connect whose auth is no object":     {`40[1]`},
		"a connect whose auth is a text":        {`40"x"`},
		"a connect whose auth is null":          {`40null`},
		"an attachment that nothing has needed": {connect, `451-["x",{"_placeholder":true,"num":0}]`, `42["x"]`},
	} {
		conn := opened(t, host)
		for _, m := range messages {
			_ = conn.Write(transport.Message{Data: []byte(m)}) // it may have ended
		}
		require.Equal(t, gateway.ProtocolError.Code, ended(ctx, conn).Code, name)
	}
}

func TestWhoHasLeftMayComeBackWithANewID(t *testing.T) {
	ctx := deadline(t)
	conn := socket(t, ctx, conforming(t))
	var ids []string
	for range 3 {
		send(t, conn, `41`)
		send(t, conn, `40{"token":"ABC-123","name":"Eve"}`)
		m, err := conn.Read(ctx)
		require.NoError(t, err)
		for strings.HasPrefix(string(m.Data), `42["left"`) { // it was back before the others had been told
			m, err = conn.Read(ctx)
			require.NoError(t, err)
		}
		require.Regexp(t, `^40\{"sid":"\w+"\}$`, string(m.Data))
		require.NotContains(t, ids, string(m.Data))
		ids = append(ids, string(m.Data))
	}
}

func TestNobodyIsPromisedARecovery(t *testing.T) { // it is off in the reference, too, unless asked for
	conn := opened(t, conforming(t))
	send(t, conn, `40{"token":"ABC-123","name":"Eve","pid":"private","offset":"x"}`)
	m, err := conn.Read(deadline(t))
	require.NoError(t, err)
	require.Regexp(t, `^40\{"sid":"\w+"\}$`, string(m.Data), "no pid")
}

func TestAnAckCarriesWhatTheHandlerAnsweredWhateverItIs(t *testing.T) {
	ctx := deadline(t)
	eve := socket(t, ctx, conforming(t))
	long := `"` + strings.Repeat("x", 999_900) + `"`
	for _, test := range [][2]string{
		{`421["echo",0]`, `431[0]`}, {`421["echo",""]`, `431[""]`}, {`421["echo",false]`, `431[false]`}, {`421["echo",null]`, `431[null]`},
		{`420["echo",1,"two"]`, `430[[1,"two"]]`}, {`421 ["echo",1]`, `431[1]`},
		{`421["echo",1e400]`, `431[1e400]`}, {`421["echo",9007199254740993]`, `431[9007199254740993]`}, {`429007199254740993["echo",1]`, `439007199254740993[1]`},
		{`421["echo",{"_placeholder":true,"num":0}]`, `431[{"_placeholder":true,"num":0}]`},
		{`421["echo",` + long + `]`, `431[` + long + `]`},
	} {
		send(t, eve, test[0])
		m, err := eve.Read(ctx)
		require.NoError(t, err, "%.50s", test[0])
		require.Equal(t, test[1], string(m.Data))
	}
}

func TestNoDepthOfNestingHurtsAnybody(t *testing.T) { // an ack of 5,000 levels ends the reference
	host := conforming(t)
	ctx := deadline(t)
	witness := socket(t, ctx, host)
	for _, depth := range []int{20_000, 400_000} {
		nested := strings.Repeat("[", depth) + strings.Repeat("]", depth)
		for _, message := range []string{`421["echo",` + nested + `]`, `42["message",{"text":` + nested + `}]`, `40/custom,{"token":` + nested + `}`} {
			eve := socket(t, ctx, host)
			send(t, eve, message)
			require.Equal(t, gateway.ProtocolError.Code, ended(ctx, eve).Code)
			says(t, ctx, witness, `42["left"`)
		}
		raw := dial(t, ctx, "ws://"+host+"/ws?token=ABC-123&name=Raw", ws.DialOptions{})
		event(t, ctx, raw, "connected")
		send(t, raw, `{"event":"echo","data":`+nested+`}`)
		require.Contains(t, event(t, ctx, raw, "exception"), "bad_message")
		require.NoError(t, raw.Close(1000, ""))
		says(t, ctx, witness, `42["left"`)
	}
}

// Were it passed on, every browser that hears it would end its WebSocket.
func TestTextThatIsNoUTF8ReachesNobodyOverEitherTransport(t *testing.T) {
	host := conforming(t)
	ctx := deadline(t)
	witness := socket(t, ctx, host)
	const message = "42[\"message\",\"a\xffb\"]"

	polls := joined(t, host)
	status, answer := polls.post(message)
	require.Equal(t, 200, status)
	require.Equal(t, "ok", answer)
	says(t, ctx, witness, `42["left"`)

	eve := socket(t, ctx, host)
	send(t, eve, message)
	require.Equal(t, gateway.InvalidText.Code, ended(ctx, eve).Code)
	says(t, ctx, witness, `42["left"`)
}

func TestAnEndHasACodeWhereTheReferenceGivesNone(t *testing.T) {
	host := conforming(t)
	ctx := deadline(t)
	for message, code := range map[string]int{
		"abc": gateway.ProtocolError.Code, "2probe": gateway.ProtocolError.Code, `42[]`: gateway.ProtocolError.Code, "1": 1000,
	} {
		eve := socket(t, ctx, host)
		send(t, eve, message)
		require.Equal(t, code, ended(ctx, eve).Code, message)
	}
}

func TestTheRawFormatTakesWhatNestJSTakesAndAnswersTheRest(t *testing.T) {
	ctx := deadline(t)
	conn := dial(t, ctx, "ws://"+conforming(t)+"/ws?token=ABC-123&name=Raw", ws.DialOptions{})
	event(t, ctx, conn, "connected")
	for _, test := range [][2]string{
		{`{"event":"message"}`, `{"event":"message"}`},
		{`{"event":"message","data":"x","more":[1]}`, `{"event":"message","data":"x"}`},
		{`{"event":"echo","data":5}`, `{"event":"echo","data":5}`},
		{`{"event":"echo","data":{"event":"x","data":5}}`, `{"event":"echo","data":{"event":"x","data":5}}`},
		{`{"event":"echo","id":0}`, `{"id":0,"data":null}`},
		{`{"event":"stream"}`, `{"event":"stream","data":1}`}, {"", `{"event":"stream","data":2}`}, {"", `{"event":"stream","data":3}`},
	} {
		if test[0] != "" {
			send(t, conn, test[0])
		}
		m, err := conn.Read(ctx)
		require.NoError(t, err)
		require.Equal(t, test[1], string(m.Data))
	}
	require.NoError(t, conn.Write(transport.Message{Binary: true, Data: []byte(`{"event":"echo","data":"in a binary frame"}`)}))
	require.Contains(t, event(t, ctx, conn, "echo"), "in a binary frame")
	for _, message := range []string{`no JSON`, `null`, `5`, `[]`, `{}`, `{"event":1}`, `{"event":"__proto__"}`} { // NestJS says nothing
		send(t, conn, message)
		event(t, ctx, conn, "exception")
	}
}

func TestAnAddressThatThereIsNotIsAnsweredInHTTP(t *testing.T) { // NestJS cuts the connection
	host := conforming(t)
	for path, status := range map[string]int{"/ws/": 404, "/wss": 404, "/socket.io": 404, "/nope/socket.io/": 404} {
		_, err := ws.Dial(deadline(t), "ws://"+host+path, ws.DialOptions{})
		var refused *ws.Refused
		require.ErrorAs(t, err, &refused, path)
		require.Equal(t, status, refused.Status, path)
	}
	for _, method := range []string{"GET", "POST"} {
		status, _ := request(t, method, "http://"+host+"/ws", "")
		require.Equal(t, http.StatusUpgradeRequired, status)
	}
}

func TestNothingIsEverUnpackedForAClient(t *testing.T) {
	host := conforming(t)
	for _, path := range []string{socketQuery, "/ws?token=ABC-123&name=Eve"} {
		r, err := http.NewRequestWithContext(deadline(t), "GET", "http://"+host+path, nil)
		require.NoError(t, err)
		for key, value := range map[string]string{
			"Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13", "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
			"Sec-WebSocket-Extensions": "permessage-deflate",
		} {
			r.Header.Set(key, value)
		}
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		defer resp.Body.Close()
		require.Equal(t, http.StatusSwitchingProtocols, resp.StatusCode)
		require.Empty(t, resp.Header.Get("Sec-WebSocket-Extensions"))
	}
	var bomb bytes.Buffer
	zip := gzip.NewWriter(&bomb)
	_, err := io.WriteString(zip, "4"+strings.Repeat("x", 4<<20))
	require.NoError(t, err)
	require.NoError(t, zip.Close())
	require.Less(t, bomb.Len(), 1_000_000)
	p := joined(t, host)
	request(t, "POST", p.url(), bomb.String(), "Content-Type", "text/plain", "Content-Encoding", "gzip")
	status, _ := request(t, "GET", p.url(), "")
	require.Equal(t, 400, status, "it is no packet")
}

func TestAHeaderWithoutEndIsRefused(t *testing.T) {
	conn, err := net.Dial("tcp", conforming(t))
	require.NoError(t, err)
	defer conn.Close()
	go func() {
		_, _ = io.WriteString(conn, "GET "+pollingQuery+" HTTP/1.1\r\nHost: lab.example\r\nX: "+strings.Repeat("a", 2<<20)) // until it is cut
	}()
	status := make([]byte, len("HTTP/1.1 431"))
	_, err = io.ReadFull(conn, status)
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 431", string(status))
}
