package function

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

const (
	asText   = websocket.MessageText
	asBinary = websocket.MessageBinary
)

func TestARawHandlerEchoesTextAndBinary(t *testing.T) {
	l := sharedRaw(t)
	p := l.dial("/echo")
	p.echo(asText, "hello")
	p.echo(asBinary, "\x00\xff")
	p.echo(asText, "")
	p.echo(asBinary, strings.Repeat("x", 1<<20))
	s := l.State()
	require.Equal(t, Running, s.Phase)
	require.True(t, s.Serving)
	require.Equal(t, 1, s.Version)
}

func TestARawHandlerAnswersPlainHTTP(t *testing.T) {
	l := sharedRaw(t)
	status, body := l.get("/version")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "v1", body)

	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, l.server.URL+"/upload", strings.NewReader("words"))
	require.NoError(t, err)
	request.Host = "lesson.test"
	request.Header.Set("X-Test", "yes")
	answer, err := l.server.Client().Do(request)
	require.NoError(t, err)
	defer answer.Body.Close()
	buffer := make([]byte, 100)
	n, _ := answer.Body.Read(buffer)
	require.Equal(t, "1 <nil>lesson.testyes", string(buffer[:n]))

	status, _ = l.get("/echo")
	require.Equal(t, http.StatusUpgradeRequired, status, "what the handler answers to those who do not speak WebSocket")
}

func TestWhatARawHandlerWritesIsThereAtOnce(t *testing.T) {
	l := sharedRaw(t)
	answer, err := l.server.Client().Get(l.server.URL + "/stream")
	require.NoError(t, err)
	defer answer.Body.Close()
	buffer := make([]byte, 100)
	n, err := answer.Body.Read(buffer)
	require.NoError(t, err)
	require.Equal(t, "first ", string(buffer[:n]))
}

func TestARawHandlerSeesThatItsClientHasGone(t *testing.T) {
	l := sharedRaw(t)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, l.server.URL+"/never", nil)
	require.NoError(t, err)
	_, err = l.server.Client().Do(request)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	l.expectLines("stdout", "the client has gone")

	require.NoError(t, l.dial("/echo").conn.Close(1000, "bye"))
	l.expectLines("stdout", `ended: failed to get reader: received close frame: status = StatusNormalClosure and reason = "bye"`)
	require.NoError(t, l.dial("/echo").conn.CloseNow())
	l.expectLines("stdout", "ended: failed to get reader: failed to read frame header: EOF")
}

func TestARawHandlersCloseArrives(t *testing.T) {
	l := sharedRaw(t)
	l.dial("/close").expectClose(4001, "enough")
	l.dial("/drop").expectLost()
}

func TestARawHandlerHasNoFilesAndNoEnvironment(t *testing.T) {
	_, body := sharedRaw(t).get("/file")
	require.Contains(t, body, "Bad file number")
	require.True(t, strings.HasSuffix(body, "0"), body)
}

// messages is how many each of many clients sends. The race detector makes a guest ten times as slow.
var messages = 20

func TestFiftyClientsAreEchoed(t *testing.T) {
	l := sharedRaw(t)
	const clients = 50
	peers := make([]*peer, clients)
	for i := range peers {
		peers[i] = l.dial("/echo")
	}
	begun := time.Now()
	failed := make(chan error, clients)
	for i, p := range peers {
		go func() { failed <- p.chat(messages, strings.Repeat(string(rune('A'+i)), 1000)) }()
	}
	for range clients {
		require.NoError(t, <-failed)
	}
	t.Logf("%d clients x %d x 1 kB: %v", clients, messages, time.Since(begun).Round(time.Millisecond))
	one := make([]time.Duration, 200)
	for i := range one {
		sent := time.Now()
		peers[0].echo(asText, "hello")
		one[i] = time.Since(sent)
	}
	slices.Sort(one)
	t.Logf("one client, round trip p50 %v, p99 %v", one[len(one)/2], one[len(one)*99/100])
}

func TestAClientThatReadsSlowlyHoldsUpItsHandlerOnly(t *testing.T) {
	l := sharedRaw(t)
	slow, other := l.dial("/flood"), l.dial("/echo")
	for range 50 { // while all queues on the way fill up
		other.echo(asText, "hello")
	}
	for range 100 {
		_, message, err := slow.read()
		require.NoError(t, err)
		require.Len(t, message, 10_000)
	}
	require.NoError(t, slow.conn.CloseNow())
	l.expectLines("stdout", "the flood is over")
	other.echo(asText, "hello")
}

func TestAFloodLetsOthersBeHeard(t *testing.T) {
	l := sharedRaw(t)
	flooded, other := l.dial("/flood"), l.dial("/echo")
	go func() {
		for {
			if _, _, err := flooded.read(); err != nil {
				return
			}
		}
	}()
	begun := time.Now()
	const trips = 50
	for range trips {
		other.echo(asText, "hello")
	}
	t.Logf("a round trip beside a flood: %v", time.Since(begun)/trips)
	require.Equal(t, Running, l.State().Phase)
}

func TestAHandlerThatDoesNotReadHoldsUpItsClientOnly(t *testing.T) {
	l := sharedRaw(t)
	deaf, other := l.dial("/deaf"), l.dial("/echo")
	ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	var sent int
	for deaf.conn.Write(ctx, asBinary, make([]byte, 1<<20)) == nil {
		sent++
	}
	require.ErrorIs(t, ctx.Err(), context.DeadlineExceeded)
	require.Less(t, sent, 20, "megabytes: what the kernel's buffers hold")
	other.echo(asText, "hello")
}

func TestARawHandlersPanicNamesItsPlaceAndOthersGoOn(t *testing.T) {
	l := sharedRaw(t)
	other := l.dial("/echo")
	status, _ := l.get("/panic")
	require.Equal(t, http.StatusBadGateway, status)
	s := l.expectState(func(s State) bool { return len(s.Problems) > 0 })
	require.Equal(t, Running, s.Phase)
	require.Equal(t, rawFile, s.Problems[0].File)
	require.Equal(t, l.lineIn(rawFile, "the line that panics"), s.Problems[0].Line)
	require.Equal(t, "panic: assignment to entry in nil map (in Handler)", s.Problems[0].Message)

	l.dial("/upset").expectLost()
	other.echo(asText, "hello")
}

// expectRawCrash connects to what ends the guest, and returns what is said about it.
func expectRawCrash(t *testing.T, l *rawLab, path string) Problem {
	t.Helper()
	other := l.dial("/echo")
	l.dial(path).expectClose(1011, "internal error")
	other.expectClose(1011, "internal error")
	s := l.expectState(func(s State) bool { return s.Phase == Crashed })
	l.forgive() // or who connects again would have to wait
	l.dial("/echo").echo(asText, "hello")
	require.Equal(t, s.Problems, l.State().Problems)
	return s.Problems[0]
}

func TestWhatEndsARawHandlerIsACrashThatSaysSo(t *testing.T) {
	l := sharedRaw(t)
	p := expectRawCrash(t, l, "/goroutine")
	require.Equal(t, rawFile, p.File)
	require.Equal(t, l.lineIn(rawFile, "the line that panics"), p.Line)
	require.Contains(t, p.Message, "assignment to entry in nil map")
	require.Contains(t, expectRawCrash(t, l, "/exit").Message, "exit status 3")
	p = expectRawCrash(t, l, "/hog")
	require.Equal(t, l.lineIn(rawFile, "1<<30"), p.Line)
	require.Contains(t, p.Message, "32 MiB")
}

func TestAnEndlessLoopInARawHandlerIsStopped(t *testing.T) {
	l := sharedRaw(t)
	other := l.dial("/echo")
	l.dial("/spin").expectClose(1011, "internal error")
	other.expectClose(1011, "internal error")
	p := l.State().Problems[0]
	require.Equal(t, Looping, p.Kind)
	require.Equal(t, rawFile, p.File)
	require.Equal(t, l.lineIn(rawFile, "the line that never ends"), p.Line)
	require.Contains(t, p.Message, "Handler ran for a second without ever waiting")
	l.forgive()
	l.dial("/echo").echo(asText, "hello")
}

func TestAHandlerThatIgnoresTheEndOfItsClientIsStopped(t *testing.T) {
	l := sharedRaw(t)
	require.NoError(t, l.dial("/stubborn").conn.CloseNow())
	s := l.expectState(func(s State) bool { return s.Phase == Crashed })
	require.Equal(t, Looping, s.Problems[0].Kind)
	require.Equal(t, rawFile, s.Problems[0].File)
}

func TestARawHandlersNewVersionEndsTheConnectionsOfTheOld(t *testing.T) {
	l := serving(t)
	echo, flood, deaf := l.dial("/echo"), l.dial("/flood"), l.dial("/deaf")
	l.editIn(rawFile, `version = "v1"`, `version = "v2"`)
	require.NoError(t, l.Deploy(t.Context()))
	for _, p := range []*peer{echo, flood, deaf} {
		p.expectClose(1012, "new version")
	}
	_, body := l.get("/version")
	require.Equal(t, "v2", body)
	require.Equal(t, 2, l.State().Version)
}

func TestABuildErrorKeepsTheRawHandlerThatRuns(t *testing.T) {
	l := serving(t)
	p := l.dial("/echo")
	l.editIn(rawFile, `const version = "v1"`, `const version int = "v2"`)
	require.Error(t, l.Deploy(t.Context()))
	p.echo(asText, "hello")
	s := l.State()
	require.Equal(t, Broken, s.Phase)
	require.True(t, s.Serving)
	require.Equal(t, rawFile, s.Problems[0].File)
	require.Equal(t, l.lineIn(rawFile, `"v2"`), s.Problems[0].Line)
}

func TestAMissingHandlerIsExplained(t *testing.T) {
	l := newRawLab(t)
	l.editIn(rawFile, "func Handler(", "func Handle(")
	require.Error(t, l.Deploy(t.Context()))
	require.Equal(t, learner, l.State().Problems[0].File)
	require.Contains(t, l.State().Problems[0].Message, "must declare func Handler(w http.ResponseWriter, r *http.Request)")
	status, _ := l.get("/version")
	require.Equal(t, http.StatusServiceUnavailable, status)
}

func TestClosingARawHandlerClosesItsConnections(t *testing.T) {
	l := serving(t)
	p := l.dial("/echo")
	closed := make(chan error, 1)
	go func() { closed <- l.handler.Close(context.Background(), gateway.GoingAway) }()
	p.expectClose(1001, "going away")
	require.NoError(t, <-closed)
	require.Equal(t, Stopped, l.handler.State().Phase)
	status, _ := l.get("/version")
	require.Equal(t, http.StatusServiceUnavailable, status)
}
