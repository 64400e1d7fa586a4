package function

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
)

// deadline is how long a test waits for what must come.
const deadline = 30 * time.Second

const learner = "lessons/01-lesson/mine"

// lab is a repository with one lesson, whose learner writes what a test wants.
type lab struct {
	*Function
	t      *testing.T
	root   string
	lines  chan Line
	states chan State
}

// newLab returns a lab in which the learner's code is the fixture of testdata.
func newLab(t *testing.T, fixture string) *lab {
	t.Helper()
	root := t.TempDir()
	l := &lab{t: t, root: root, lines: make(chan Line, 10_000), states: make(chan State, 1000)}
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), []byte("module wslab\n\ngo 1.26\n"), 0o600))
	for from, to := range map[string]string{"../gateway": "server/gateway", "guest": "server/function/guest", "frame": "server/function/frame", "testdata/" + fixture: learner} {
		require.NoError(t, os.CopyFS(filepath.Join(root, to), os.DirFS(from)))
	}
	l.Function = New(Options{
		Root:    root,
		Package: "wslab/" + learner,
		Log:     func(line Line) { l.lines <- line },
		State:   func(s State) { l.states <- s },
		Stall:   20 * time.Second, // this machine may be busy
	})
	t.Cleanup(func() { l.stop() })
	return l
}

// running returns a lab whose function is deployed.
func running(t *testing.T, fixture string) *lab {
	t.Helper()
	l := newLab(t, fixture)
	require.NoError(t, l.Deploy(t.Context()))
	return l
}

func (l *lab) stop() {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	require.NoError(l.t, l.Close(ctx, gateway.GoingAway))
}

// edit changes the learner's file.
func (l *lab) edit(fixture, old, new string) {
	l.t.Helper()
	name := filepath.Join(l.root, learner, fixture+".go")
	source, err := os.ReadFile(name)
	require.NoError(l.t, err)
	require.Contains(l.t, string(source), old)
	require.NoError(l.t, os.WriteFile(name, []byte(strings.Replace(string(source), old, new, 1)), 0o600))
}

// expectState waits for a state that fits.
func (l *lab) expectState(fits func(State) bool) State {
	l.t.Helper()
	for {
		select {
		case s := <-l.states:
			if fits(s) {
				return s
			}
		case <-time.After(deadline):
			require.FailNow(l.t, "the state never came", "now: %+v", l.State())
		}
	}
}

// expectLine waits for a line of the log.
func (l *lab) expectLine(stream, text string) {
	l.t.Helper()
	for {
		select {
		case line := <-l.lines:
			if line.Stream == stream && line.Text == text {
				return
			}
		case <-time.After(deadline):
			require.FailNow(l.t, "the line never came", text)
		}
	}
}

// client speaks the raw format, as a browser does.
type client struct {
	t    *testing.T
	conn transport.Conn
	done chan gateway.Disconnect
}

// dial connects a client. Its auth, if any, is its first message.
func dial(t *testing.T, host gateway.Host, auth string) *client {
	t.Helper()
	near, far := transport.Pipe()
	c := &client{t: t, conn: near, done: make(chan gateway.Disconnect, 1)}
	go func() {
		session, err := jsonevent.Admit(context.Background(), host, gateway.Handshake{})
		if err != nil {
			c.done <- gateway.AsDisconnect(err)
			return
		}
		c.done <- session.Serve(context.Background(), far, nil)
	}()
	t.Cleanup(c.leave)
	if auth != "" {
		c.send(auth)
	}
	return c
}

// welcome connects a client and waits until the gateway has greeted it with the name.
func welcome(t *testing.T, host gateway.Host, name string) *client {
	t.Helper()
	c := dial(t, host, "")
	require.Contains(t, c.read(), `"event":"connected"`)
	c.expect(`{"event":"welcome","data":"` + name + `"}`)
	return c
}

func (c *client) leave() { _ = c.conn.Close(1000, "") }

func (c *client) send(message string) {
	c.t.Helper()
	require.NoError(c.t, c.conn.Write(transport.Message{Data: []byte(message)}))
}

func (c *client) next() (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	m, err := c.conn.Read(ctx)
	return string(m.Data), err
}

func (c *client) read() string {
	c.t.Helper()
	message, err := c.next()
	require.NoError(c.t, err)
	return message
}

// expect waits for the next message, which must be this.
func (c *client) expect(message string) {
	c.t.Helper()
	require.JSONEq(c.t, message, c.read())
}

// call sends a request and returns the answer in the next message.
func (c *client) call(event, data string) (answer string) {
	c.t.Helper()
	in, err := json.Marshal(map[string]any{"event": event, "data": data, "id": 1})
	require.NoError(c.t, err)
	c.send(string(in))
	var out struct{ Data string }
	require.NoError(c.t, json.Unmarshal([]byte(c.read()), &out))
	return out.Data
}

// expectEnd reads until the server ends the connection, and returns why.
func (c *client) expectEnd() gateway.Disconnect {
	c.t.Helper()
	for {
		_, err := c.next()
		var why gateway.Disconnect
		if errors.As(err, &why) {
			return why
		}
		require.NoError(c.t, err)
	}
}

func TestAFunctionAnswers(t *testing.T) {
	l := running(t, "unruly")
	c := welcome(t, l, "v1")
	require.Equal(t, "hello", c.call("echo", "hello"))
	require.Equal(t, "later", c.call("later", "later"))
	s := l.State()
	require.Equal(t, Running, s.Phase)
	require.True(t, s.Serving)
	require.Empty(t, s.Problems)
}
