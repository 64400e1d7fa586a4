package app_test

import (
	"context"
	"net/http"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/server/transport"
	"wslab/server/transport/ws"
	"wslab/server/wire"
)

// echoed sends a message and waits for it to come back.
func echoed(t *testing.T, ctx context.Context, conn transport.Conn, m transport.Message) {
	t.Helper()
	require.NoError(t, conn.Write(m))
	got, err := conn.Read(ctx)
	require.NoError(t, err)
	require.Equal(t, m, got)
}

func TestAHandlersReferenceIsServedAndRecorded(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	conn := dial(t, ctx, "ws://"+host+"/lessons/0/solution/ws?page=p&as=ana", ws.DialOptions{})
	echoed(t, ctx, conn, transport.Message{Data: []byte("hi")})
	echoed(t, ctx, conn, transport.Message{Binary: true, Data: []byte{0, 0xff}})
	send(t, conn, "bye")
	_, err := conn.Read(ctx)
	require.Equal(t, gateway.Disconnect{Code: 1000, Reason: "bye"}, gateway.AsDisconnect(err))
	_ = conn.Close(1000, "")
	var crossed []string
	for _, e := range watched(t, host, "0", "p", ends(1)) {
		if e.Kind == wire.Framed {
			crossed = append(crossed, e.Frame.Opcode.String())
		}
	}
	require.Equal(t, []string{"text", "text", "binary", "binary", "text", "close", "close"}, crossed)
}

func TestAHandlerNeedNotKnowWhichPagesTheServerLetsIn(t *testing.T) {
	host, _ := start(t, app.Config{Origins: []string{"school.example"}})
	ctx := deadline(t)
	from := func(origin string) ws.DialOptions { return ws.DialOptions{Header: http.Header{"Origin": {origin}}} }
	for _, origin := range []string{"https://school.example", "http://" + host} {
		echoed(t, ctx, dial(t, ctx, "ws://"+host+"/lessons/0/solution/ws", from(origin)), transport.Message{Data: []byte("hi")})
	}
	_, err := ws.Dial(ctx, "ws://"+host+"/lessons/0/solution/ws", from("https://evil.example"))
	var refused *ws.Refused
	require.ErrorAs(t, err, &refused)
	require.Equal(t, http.StatusForbidden, refused.Status)
}

func TestARequestThatIsNoWebSocketIsTheHandlersToAnswer(t *testing.T) {
	host, _ := start(t, app.Config{})
	answer, err := http.Get("http://" + host + "/lessons/0/solution/ws")
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusUpgradeRequired, answer.StatusCode)
}

func TestALearnersHandlerAnswersUntilItsNextVersion(t *testing.T) {
	repo := clone(t)
	solution := string(read(t, repo, "lessons/00-websockets/solution/websockets.go"))
	mine := repo.Path("lessons/00-websockets/mine/websockets.go")
	terminal := sit(t, repo, "lesson:0", "--addr", "127.0.0.1:0", "--lang", "en")
	host := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(terminal.sees("wslab listens on"))
	terminal.sees("0 of 15 pass")
	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Minute)
	defer cancel()
	feed := listen(t, ctx, "ws://"+host+"/lessons/0/feed")
	running := func() {
		for !strings.Contains(event(t, ctx, feed, "status"), `"running"`) {
		}
	}
	running()

	save := func(text string) { require.NoError(t, os.WriteFile(mine, []byte(text), 0o644)) }
	save(solution)
	terminal.sees("All 15 pass")
	running()
	conn := listen(t, ctx, "ws://"+host+"/lessons/0/ws")
	echoed(t, ctx, conn, transport.Message{Data: []byte("hi")})
	save(solution + "\n// again\n")
	require.Equal(t, gateway.Disconnect{Code: 1012, Reason: "new version"}, ended(ctx, conn))
}
