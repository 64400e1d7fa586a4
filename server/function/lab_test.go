package function

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"github.com/tetratelabs/wazero"

	"wslab/server/gateway"
)

// deadline is how long a test waits for what must come.
const deadline = 2 * time.Minute

const (
	learner     = "lessons/01-lesson/mine"
	fixtureFile = learner + "/unruly.go"
)

// cache spares the race detector most of the work of loading a fixture again.
var cache = wazero.NewCompilationCache()

// lab is a repository with one lesson, whose learner writes what a test wants.
type lab struct {
	*Function
	t      *testing.T
	root   string
	lines  chan Line
	states chan State
}

// newLab returns a lab in which the learner's code is the fixture of testdata. Its function is closed
// with the test.
func newLab(t *testing.T, fixture string) *lab {
	t.Helper()
	l := openLab(t, fixture, t.TempDir())
	t.Cleanup(func() { l.stop(t) })
	return l
}

func openLab(t *testing.T, fixture, root string) *lab {
	t.Helper()
	l := &lab{t: t, root: root, lines: make(chan Line, 10_000), states: make(chan State, 1000)}
	require.NoError(t, os.WriteFile(filepath.Join(root, "go.mod"), []byte("module wslab\n\ngo 1.26\n"), 0o600))
	for from, to := range map[string]string{
		"../gateway": "server/gateway", "../balance": "server/balance", "../broker": "server/broker", "guest": "server/function/guest", "frame": "server/function/frame", "testdata/" + fixture: learner,
	} {
		require.NoError(t, os.CopyFS(filepath.Join(root, to), os.DirFS(from)))
	}
	l.Function = New(Options{
		Root:    root,
		Package: "wslab/" + learner,
		Log:     func(line Line) { l.lines <- line },
		State:   func(s State) { l.states <- s },
		Stall:   20 * time.Second, // this machine may be busy
		Cache:   cache,
	})
	return l
}

// running returns a lab whose function is deployed.
func running(t *testing.T, fixture string) *lab {
	t.Helper()
	l := newLab(t, fixture)
	require.NoError(t, l.Deploy(t.Context()))
	return l
}

// common is a lab for the tests that do not deploy: the race detector makes a start expensive.
var common *lab

func TestMain(m *testing.M) {
	status := m.Run()
	if common != nil {
		common.remove()
	}
	if commonRaw != nil {
		commonRaw.remove()
		commonRaw.server.Close()
	}
	os.Exit(status)
}

func (l *lab) remove() {
	_ = l.Close(context.Background(), gateway.GoingAway)
	_ = os.RemoveAll(l.root)
}

// shared returns the common lab, as good as new.
func shared(t *testing.T) *lab {
	t.Helper()
	if common == nil {
		root, err := os.MkdirTemp("", "function-test-")
		require.NoError(t, err)
		l := openLab(t, "unruly", root)
		require.NoError(t, l.Deploy(t.Context()))
		common = l
	}
	return common.again(t)
}

// again returns l for another test, as good as new.
func (l *lab) again(t *testing.T) *lab {
	l.forgive()
	for len(l.states) > 0 {
		<-l.states
	}
	return &lab{Function: l.Function, t: t, root: l.root, lines: l.lines, states: l.states}
}

func (l *lab) stop(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	require.NoError(t, l.Close(ctx, gateway.GoingAway))
}

// edit changes the learner's file.
func (l *lab) edit(old, new string) {
	l.t.Helper()
	l.editIn(fixtureFile, old, new)
}

func (l *lab) editIn(file, old, new string) {
	l.t.Helper()
	name := filepath.Join(l.root, file)
	source, err := os.ReadFile(name)
	require.NoError(l.t, err)
	require.Contains(l.t, string(source), old)
	if new != `version = "v2"` { // which several tests have
		l.options.Cache = nil // it would keep the code of a text that no other test has
	}
	require.NoError(l.t, os.WriteFile(name, []byte(strings.Replace(string(source), old, new, 1)), 0o600))
}

// lineOf returns the line of the learner's file with this text.
func (l *lab) lineOf(text string) int {
	l.t.Helper()
	return l.lineIn(fixtureFile, text)
}

func (l *lab) lineIn(file, text string) int {
	l.t.Helper()
	source, err := os.ReadFile(filepath.Join(l.root, file))
	require.NoError(l.t, err)
	before, _, found := strings.Cut(string(source), text)
	require.True(l.t, found)
	return 1 + strings.Count(before, "\n")
}

// expectState waits for a state that fits.
func (l *lab) expectState(fits func(State) bool) State {
	l.t.Helper()
	timeout := time.After(deadline)
	for {
		select {
		case s := <-l.states:
			if fits(s) {
				return s
			}
		case <-timeout:
			require.FailNow(l.t, "the state never came", "now: %+v", l.State())
		}
	}
}

// expectLines waits for lines of the log, in any order.
func (l *lab) expectLines(stream string, texts ...string) {
	l.t.Helper()
	timeout := time.After(deadline)
	for len(texts) > 0 {
		select {
		case line := <-l.lines:
			if line.Stream == stream {
				texts = slices.DeleteFunc(texts, func(text string) bool { return text == line.Text })
			}
		case <-timeout:
			require.FailNow(l.t, "lines never came", "%q", texts)
		}
	}
}
