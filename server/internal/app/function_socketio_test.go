package app_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/course"
	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
	"wslab/server/transport/ws"
	"wslab/wasm/client"
)

// answered makes the reference answer of a lesson the learner's, in a clone, with something changed.
func answered(t *testing.T, folder string, changes ...string) course.Repo {
	t.Helper()
	repo := clone(t)
	mine := repo.Path("lessons", folder, "mine")
	require.NoError(t, os.MkdirAll(mine, 0o755))
	files, err := filepath.Glob(repo.Path("lessons", folder, "solution", "*.go"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		changed := strings.NewReplacer(changes...).Replace(string(text))
		require.NoError(t, os.WriteFile(filepath.Join(mine, filepath.Base(file)), []byte(changed), 0o644))
	}
	return repo
}

// running waits until the learner's answer runs, which takes a build.
func running(t *testing.T, host string, lesson int) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	t.Cleanup(cancel)
	base := fmt.Sprintf("%s/lessons/%d/", host, lesson)
	request(t, "GET", "http://"+base+"socket.io/?EIO=4&transport=polling", "") // whoever asks first has it built
	feed := listen(t, ctx, "ws://"+base+"feed")
	for !strings.Contains(event(t, ctx, feed, "status"), `"running"`) {
	}
	return ctx
}

// A visitor is one of a lesson's clients, and what it hears.
type visitor struct {
	*client.Client
	name string
	came chan string // every message of the server's
	over chan gateway.Disconnect
}

// comes connects to a learner's answer, with these transports of Socket.IO or raw.
func comes(t *testing.T, ctx context.Context, host string, lesson int, name string, transports ...string) *visitor {
	t.Helper()
	path := "ws"
	if transports != nil {
		path = "socket.io/"
	}
	v := &visitor{name: name, came: make(chan string, 1000), over: make(chan gateway.Disconnect, 1)}
	c, err := client.Dial(ctx, fmt.Sprintf("ws://%s/lessons/%d/%s", host, lesson, path), client.Options{
		SocketIO: transports, Auth: map[string]string{"token": chat.Token, "name": name},
		Trace: func(toServer bool, message []byte) {
			if !toServer {
				v.came <- string(message)
			}
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Lose() })
	client.Answer(c, question, func(about string) (string, error) { return "blue to " + about, nil })
	v.Client = c
	go func() { v.over <- c.Run() }()
	return v
}

// hears waits for a message that contains text.
func (v *visitor) hears(t *testing.T, ctx context.Context, text string) {
	t.Helper()
	for {
		select {
		case message := <-v.came:
			if strings.Contains(message, text) {
				return
			}
		case why := <-v.over:
			require.Fail(t, v.name+" ended", "%v", why)
		case <-ctx.Done():
			require.Fail(t, v.name+" never heard "+text)
		}
	}
}

func TestALearnersOwnGatewayServesSocketIOAndRawClientsInOneRoom(t *testing.T) {
	repo := answered(t, "04-messages")
	host, _ := start(t, app.Config{})
	ctx := running(t, host, 4)
	room := []*visitor{
		comes(t, ctx, host, 4, "Ana", engineio.Polling),
		comes(t, ctx, host, 4, "Eve", engineio.WebSocket),
		comes(t, ctx, host, 4, "Max", engineio.Polling, engineio.WebSocket),
		comes(t, ctx, host, 4, "Bob"),
	}
	everyoneHearsEveryone := func(t *testing.T, what string) {
		t.Helper()
		for _, speaker := range room {
			require.NoError(t, speaker.Emit("message", map[string]string{"text": what + " from " + speaker.name}))
			for _, v := range room {
				v.hears(t, ctx, what+" from "+speaker.name)
			}
		}
	}
	everyoneHearsEveryone(t, "hello")

	t.Run("a save keeps all of them connected", func(t *testing.T) {
		file := repo.Path("lessons/04-messages/mine/events.go")
		require.NoError(t, os.WriteFile(file, []byte(strings.Replace(string(read(t, repo, "lessons/04-messages/mine/events.go")), `"welcome"`, `"bienvenida"`, 1)), 0o644))
		for _, v := range room {
			v.hears(t, ctx, `"bienvenida"`)
		}
		everyoneHearsEveryone(t, "still here")
	})
}

// asks is a gateway of the learner's that also asks clients back, with whatever payload it was asked with.
var asks = []string{
	"return messages.New(everyone) }", `
	g := messages.New(everyone)
	g.Events = append(g.Events, gateway.Request[gateway.Payload, gateway.Payload]("ask").Handle(
		gateway.Request[gateway.Payload, gateway.Payload]("question").Ask))
	return g
}`,
	"	if text == \"\" {", "	if strings.Contains(text, \"crash\") {\n\t\tpanic(\"oops\")\n\t}\n	if text == \"\" {",
}

func TestALearnersOwnCodecCarriesAcksAndBytesAndFailsOneClientAlone(t *testing.T) {
	repo := answered(t, "10-socketio", asks...)
	terminal := sit(t, repo, "lesson:10", "--addr", "127.0.0.1:0", "--lang", "en")
	host := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(terminal.sees("wslab listens on"))
	ctx := running(t, host, 10)
	bob := comes(t, ctx, host, 10, "Bob")
	polls := comes(t, ctx, host, 10, "Ana", engineio.Polling)
	goesOn := func(t *testing.T) {
		t.Helper()
		answer, err := client.Call(ctx, polls.Client, ask, "sky")
		require.NoError(t, err)
		require.Equal(t, "blue to sky", answer)
		require.NoError(t, polls.Emit("message", t.Name()))
		bob.hears(t, ctx, t.Name())
	}
	goesOn(t)

	enter := func(t *testing.T) transport.Conn {
		conn := dial(t, ctx, "ws://"+host+"/lessons/10"+socketQuery, ws.DialOptions{})
		says(t, ctx, conn, `0{"sid":`)
		send(t, conn, `40{"token":"ABC-123","name":"Eve"}`)
		says(t, ctx, conn, `40{"sid":`)
		says(t, ctx, conn, `42["welcome",`)
		return conn
	}
	carries := func(t *testing.T, conn transport.Conn, want ...byte) {
		t.Helper()
		m, err := conn.Read(ctx)
		require.NoError(t, err)
		require.Equal(t, transport.Message{Binary: true, Data: want}, m)
	}

	t.Run("bytes both ways, each with an ack", func(t *testing.T) {
		eve := enter(t)
		send(t, eve, `451-7["ask",{"_placeholder":true,"num":0}]`)
		require.NoError(t, eve.Write(transport.Message{Binary: true, Data: []byte{0, 1, 255}}))
		m, err := eve.Read(ctx)
		require.NoError(t, err)
		require.Regexp(t, `^451-\d+\["question",\{"_placeholder":true,"num":0\}\]$`, string(m.Data))
		carries(t, eve, 0, 1, 255)
		id := regexp.MustCompile(`^451-(\d+)`).FindStringSubmatch(string(m.Data))[1]
		send(t, eve, `461-`+id+`[{"more":{"_placeholder":true,"num":0}}]`)
		require.NoError(t, eve.Write(transport.Message{Binary: true, Data: []byte{128, 0}}))
		says(t, ctx, eve, `461-7[{"more":{"_placeholder":true,"num":0}}]`)
		carries(t, eve, 128, 0)
		require.NoError(t, eve.Close(gateway.ClientLeft.Code, ""))
	})

	t.Run("a packet that the codec refuses ends its client", func(t *testing.T) {
		eve := enter(t)
		send(t, eve, `42{"no":"list"}`)
		require.Equal(t, gateway.ProtocolError.Code, ended(ctx, eve).Code)
		bob.hears(t, ctx, "forced close")
		goesOn(t)
	})

	t.Run("a packet that the codec fails on ends its client, and the learner is told where", func(t *testing.T) {
		eve := enter(t)
		before, _, _ := strings.Cut(string(read(t, repo, "lessons/10-socketio/mine/codec.go")), `panic("oops")`)
		send(t, eve, `42["message","crash"]`)
		require.Equal(t, gateway.ProtocolError.Code, ended(ctx, eve).Code)
		place := fmt.Sprintf("lessons/10-socketio/mine/codec.go:%d:", strings.Count(before, "\n")+1)
		require.Contains(t, terminal.sees("panic: oops"), place)
		goesOn(t)
	})
}
