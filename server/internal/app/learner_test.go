package app_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course"
	"wslab/server/internal/app"
	"wslab/server/transport"
	"wslab/server/transport/ws"
)

// clone copies the house, without what git ignores, and works in the copy: a test must not touch a
// learner's answers.
func clone(t *testing.T) course.Repo {
	repo, err := course.FindRepo()
	require.NoError(t, err)
	list := exec.Command("git", "ls-files", "-co", "--exclude-standard")
	list.Dir = repo.Root
	files, err := list.Output()
	require.NoError(t, err)
	to := course.Repo{Root: t.TempDir()}
	names := strings.Fields(string(files))
	for _, built := range []string{"app.wasm", "app.wasm.br", "app.wasm.gz", "app.wasm.sha256"} {
		names = append(names, "web/static/built/"+built) // the same program: it need not be compressed again
	}
	for _, name := range names {
		text, err := os.ReadFile(repo.Path(name))
		if err != nil {
			continue // deleted, and not committed yet
		}
		require.NoError(t, os.MkdirAll(filepath.Dir(to.Path(name)), 0o755))
		require.NoError(t, os.WriteFile(to.Path(name), text, 0o644))
	}
	t.Chdir(to.Root)
	return to
}

// A learner sits at a terminal and edits a file.
type learner struct {
	t     *testing.T
	repo  course.Repo
	lines chan string // what the terminal shows
}

// sees reads the terminal until a line has the text, and returns that line.
func (l *learner) sees(text string) string {
	l.t.Helper()
	timeout := time.NewTimer(4 * time.Minute) // the first build on a machine compiles the standard library
	defer timeout.Stop()
	var seen []string
	for {
		select {
		case line, more := <-l.lines:
			if !more {
				l.t.Fatalf("the command ended before it said %q:\n%s", text, strings.Join(seen, "\n"))
			}
			seen = append(seen, line)
			if strings.Contains(line, text) {
				return line
			}
		case <-timeout.C:
			l.t.Fatalf("never said %q:\n%s", text, strings.Join(seen, "\n"))
		}
	}
}

func (l *learner) saves(text []byte) {
	l.t.Helper()
	require.NoError(l.t, os.WriteFile(l.repo.Path("lessons/01-connection/mine/connection.go"), text, 0o644))
}

// sit starts a command at the learner's terminal. It is interrupted when the test ends, and must then
// end well.
func sit(t *testing.T, repo course.Repo, args ...string) *learner {
	reader, writer := io.Pipe()
	ctx, interrupt := context.WithCancel(t.Context())
	ended := make(chan int)
	go func() {
		ended <- app.Main(ctx, args, writer, io.Discard)
		writer.Close()
	}()
	l := &learner{t: t, repo: repo, lines: make(chan string, 10_000)}
	go func() {
		defer close(l.lines)
		for scanner := bufio.NewScanner(reader); scanner.Scan(); {
			l.lines <- scanner.Text()
		}
	}()
	t.Cleanup(func() {
		interrupt()
		require.Zero(t, <-ended, "an interrupted command ends well")
	})
	return l
}

// attentive is a connection that is read all the time, as a page does: who does not read answers no ping,
// and a build may take long.
type attentive struct {
	transport.Conn
	came chan received
}

type received struct {
	message transport.Message
	err     error
}

func listen(t *testing.T, ctx context.Context, url string) transport.Conn {
	a := attentive{dial(t, ctx, url, ws.DialOptions{}), make(chan received, 10_000)}
	go func() {
		for {
			m, err := a.Conn.Read(ctx)
			a.came <- received{m, err}
			if err != nil {
				return
			}
		}
	}()
	return a
}

func (a attentive) Read(ctx context.Context) (transport.Message, error) {
	select {
	case r := <-a.came:
		return r.message, r.err
	case <-ctx.Done():
		return transport.Message{}, context.Cause(ctx)
	}
}

func read(t *testing.T, repo course.Repo, name string) []byte {
	text, err := os.ReadFile(repo.Path(name))
	require.NoError(t, err)
	return text
}

func TestALearnersSavesAreTestedAndServedWithoutARestart(t *testing.T) {
	repo := clone(t)
	solution := read(t, repo, "lessons/01-connection/solution/connection.go")
	terminal := sit(t, repo, "lesson:1", "--addr", "127.0.0.1:0", "--lang", "en")
	host := regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(terminal.sees("wslab listens on"))
	terminal.sees("0 of 6 pass")

	ctx, cancel := context.WithTimeout(t.Context(), 6*time.Minute)
	defer cancel()
	feed := listen(t, ctx, "ws://"+host+"/lessons/1/feed")
	follow := func(state string) string {
		for {
			if status := event(t, ctx, feed, "status"); strings.Contains(status, state) {
				return status
			}
		}
	}
	follow(`"running"`)

	terminal.saves(solution)
	terminal.sees("All 6 pass")
	follow(`"building"`)
	follow(`"running"`)
	ana := listen(t, ctx, "ws://"+host+"/lessons/1/ws")
	event(t, ctx, ana, "welcome")

	panics := []byte(strings.Replace(string(solution), "\tslog.Info", "\tpanic(\"oops\")\n\tslog.Info", 1))
	terminal.saves(panics)
	terminal.sees("panic: oops")
	terminal.sees("lessons/01-connection/mine/connection.go:25")
	follow(`"building"`)
	follow(`"running"`)
	require.Equal(t, "internal error", ended(ctx, ana).Reason, "the new version meets the socket that was open, and fails")
	require.Contains(t, follow("oops"), `"file":"lessons/01-connection/mine/connection.go","line":25`)

	terminal.saves(append(solution, "typo("...))
	terminal.sees("lessons/01-connection/mine/connection.go:")
	require.Contains(t, follow(`"build_error"`), `"file":"lessons/01-connection/mine/connection.go"`)
	dial(t, ctx, "ws://"+host+"/lessons/1/solution/ws", ws.DialOptions{}) // a typo stops nobody else

	terminal.saves(solution)
	terminal.sees("All 6 pass")
}

// The learner follows the lesson by what the terminal says alone, in Spanish.
func TestALearnerIsToldInSpanishWhatToMend(t *testing.T) {
	repo := clone(t)
	terminal := sit(t, repo, "lesson:1", "--addr", "127.0.0.1:0", "--lang", "es")
	terminal.sees("Cada cliente que se conecta oye")
	terminal.sees(`se esperaba: el evento "welcome"`)
	terminal.sees("llegó:       nada")
	terminal.sees("en la prueba, en lessons/01-connection/connection_test.go:")
	terminal.sees("concepto: evento → ")
	terminal.sees("Pasan 0 de 6.")
	terminal.sees("./task hint:1 muestra la pista 1 de 3.")
	solution := read(t, repo, "lessons/01-connection/solution/connection.go")
	odd := strings.Replace(string(solution), "\tslog.Info", "\t_ = fmt.Sprintf(\"%d\", \"odd\")\n\tslog.Info", 1)
	terminal.saves([]byte(strings.Replace(odd, "\"context\"\n", "\"context\"\n\t\"fmt\"\n", 1)))
	terminal.sees("Pasan las 6.")
	terminal.sees("Además, go vet ve algo raro:")
	terminal.sees("lessons/01-connection/mine/connection.go:26")
	terminal.sees("Los verbos (%…)")
}

func TestCheckFailsBeforeAndPassesAfter(t *testing.T) {
	repo := clone(t)
	require.Equal(t, 1, app.Main(t.Context(), []string{"check:1"}, io.Discard, io.Discard))
	solution := read(t, repo, "lessons/01-connection/solution/connection.go")
	require.NoError(t, os.WriteFile(repo.Path("lessons/01-connection/mine/connection.go"), solution, 0o644))
	require.Equal(t, 0, app.Main(t.Context(), []string{"check:1"}, io.Discard, io.Discard))
}

func TestABrokenAnswerLeavesTheHouseGreen(t *testing.T) {
	repo := clone(t)
	mine := repo.Path("lessons/01-connection/mine")
	require.NoError(t, os.MkdirAll(mine, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(mine, "connection.go"), []byte("package what ("), 0o644))
	for _, args := range [][]string{{"list", "./..."}, {"vet", "./lessons/..."}} {
		out, err := repo.Go(t.Context(), nil, args...).CombinedOutput()
		require.NoError(t, err, "go %v: %s", args, out)
	}
}

func TestWithoutAnAnswerThePageIsToldAtOnce(t *testing.T) {
	repo := clone(t)
	a, err := app.New(app.Config{Repo: repo})
	require.NoError(t, err)
	w := httptest.NewRecorder()
	a.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/lessons/1/ws", nil))
	require.Equal(t, http.StatusServiceUnavailable, w.Code)
	require.Contains(t, w.Body.String(), "./task lesson:1")
}

func TestEveryLessonShowsTheSessionOfItsReferenceAnswer(t *testing.T) {
	host, _ := start(t, app.Config{})
	for _, l := range lessons.All() {
		resp, err := http.Get(fmt.Sprintf("http://%s/en/lessons/%d", host, l.Number))
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		require.NoError(t, err)
		require.Equal(t, http.StatusOK, resp.StatusCode)
		said := []string{"connected", "welcome"}
		if l.Raw { // nothing is said unasked
			said = []string{"101 Switching Protocols", "hello", "00 ff", "1000 bye"}
		}
		for _, text := range said {
			require.Contains(t, string(body), text, "lesson %d", l.Number)
		}
	}
}
