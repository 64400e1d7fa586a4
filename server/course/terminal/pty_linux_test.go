package terminal

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/stretchr/testify/require"
	"golang.org/x/sys/unix"

	"wslab/server/course"
)

// A screen is the learner's side of a pseudo terminal that a process works in.
type screen struct {
	t       *testing.T
	side    *os.File // the learner's
	other   *os.File // the process's
	process *exec.Cmd
	before  *term.State

	mu     sync.Mutex
	text   bytes.Buffer
	change chan struct{}
}

// opened returns both sides of a new pseudo terminal.
func opened(t *testing.T, columns, rows uint16) (learner, process *os.File) {
	t.Helper()
	learner, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { learner.Close() })
	fd := int(learner.Fd())
	require.NoError(t, unix.IoctlSetPointerInt(fd, unix.TIOCSPTLCK, 0))
	number, err := unix.IoctlGetInt(fd, unix.TIOCGPTN)
	require.NoError(t, err)
	require.NoError(t, unix.IoctlSetWinsize(fd, unix.TIOCSWINSZ, &unix.Winsize{Row: rows, Col: columns}))
	process, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	require.NoError(t, err)
	t.Cleanup(func() { process.Close() })
	return learner, process
}

// started runs this test binary at a terminal.
func started(t *testing.T, env ...string) *screen {
	t.Helper()
	return startedBy(t, `exec "$0" -test.run='^TestAtATerminal$'`, env...)
}

// startedBy has a shell run this test binary, which is its $0.
func startedBy(t *testing.T, shell string, env ...string) *screen {
	t.Helper()
	learner, process := opened(t, 100, 30)
	s := &screen{t: t, side: learner, other: process, change: make(chan struct{}, 1)}
	var err error
	s.before, err = term.GetState(process.Fd())
	require.NoError(t, err)
	repo, _ := clone(t)
	s.process = exec.Command("sh", "-c", shell, os.Args[0])
	s.process.Env = append(os.Environ(), "WSLAB_TERMINAL="+repo.Root, "TERM=xterm-256color")
	s.process.Env = append(s.process.Env, env...)
	s.process.Stdin, s.process.Stdout, s.process.Stderr = process, process, process
	s.process.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	require.NoError(t, s.process.Start())
	t.Cleanup(func() { _ = s.process.Process.Kill() })
	go s.read()
	return s
}

func (s *screen) read() {
	buffer := make([]byte, 4096)
	for {
		n, err := s.side.Read(buffer)
		s.mu.Lock()
		s.text.Write(buffer[:n])
		s.mu.Unlock()
		select {
		case s.change <- struct{}{}:
		default:
		}
		if err != nil {
			return
		}
	}
}

// sent returns everything that the terminal has been sent.
func (s *screen) sent() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.String()
}

// sees waits until the terminal has been sent a text.
func (s *screen) sees(text string) {
	s.t.Helper()
	late := time.After(30 * time.Second)
	for {
		seen := ansi.Strip(s.sent())
		if strings.Contains(seen, text) {
			return
		}
		select {
		case <-s.change:
		case <-late:
			s.t.Fatalf("never saw %q in\n%s", text, seen)
		}
	}
}

// forgets what the terminal has been sent.
func (s *screen) forgets() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.text.Reset()
}

func (s *screen) types(keys string) {
	s.t.Helper()
	_, err := s.side.WriteString(keys)
	require.NoError(s.t, err)
}

// ends waits for the process and returns its exit status. The terminal is as it was.
func (s *screen) ends() int {
	s.t.Helper()
	_ = s.process.Wait()
	after, err := term.GetState(s.side.Fd())
	require.NoError(s.t, err)
	require.Equal(s.t, s.before, after, "the terminal is given back as it was")
	_, err = s.other.WriteString("this is all")
	require.NoError(s.t, err)
	s.sees("this is all")
	require.GreaterOrEqual(s.t, strings.LastIndex(s.sent(), "\x1b[?25h"), strings.LastIndex(s.sent(), "\x1b[?25l"), "the cursor is there again")
	return s.process.ProcessState.ExitCode()
}

// TestAtATerminal is the process that the tests below start: a lesson whose loop fails when it is asked
// to run again.
func TestAtATerminal(t *testing.T) {
	root := os.Getenv("WSLAB_TERMINAL")
	if root == "" {
		t.Log("this is the process of other tests")
		return
	}
	ctx, stop := signal.NotifyContext(t.Context(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	again := make(chan struct{}, 1)
	o := Options{Repo: course.Repo{Root: root}, Lesson: first(), Lang: "en", Page: "http://127.0.0.1:8080/en/lessons/1", Again: again}
	if os.Getenv("WSLAB_PANIC") == "inside" {
		o.Stood = func() { panic("oops inside") }
	}
	ui := New(o)
	next, err := ui.Run(ctx, func(ctx context.Context) {
		ui.Tested(course.Natively, report(3))
		fmt.Fprintf(ui, "  │ the function says \x1b[2Jhello\n  │ half a line")
		select {
		case <-ctx.Done():
		case <-again:
			panic("oops in the loop")
		}
	})
	fmt.Printf("ended: next %v, error %v\n", next, err)
}

func TestTheTerminalIsGivenBackAfterQ(t *testing.T) {
	s := started(t)
	s.sees("3 of 6 tests")
	raw, err := term.GetState(s.side.Fd())
	require.NoError(t, err)
	require.NotEqual(t, s.before, raw, "keys are heard one by one")
	s.types("q")
	require.Zero(t, s.ends())
	s.sees("ended: next false, error <nil>")
}

func TestTheTerminalIsGivenBackWhenTheProcessIsToEnd(t *testing.T) {
	for _, sign := range []os.Signal{syscall.SIGTERM, os.Interrupt} {
		s := started(t)
		s.sees("3 of 6 tests")
		require.NoError(t, s.process.Process.Signal(sign))
		require.Zero(t, s.ends())
		s.sees("ended: next false, error <nil>")
	}
}

func TestTheTerminalIsGivenBackAfterAPanicInTheLoop(t *testing.T) {
	s := started(t)
	s.sees("3 of 6 tests")
	s.types("r")
	require.NotZero(t, s.ends())
	s.sees("panic: oops in the loop")
}

func TestTheTerminalIsGivenBackAfterAPanicInThePicture(t *testing.T) {
	s := started(t, "WSLAB_PANIC=inside")
	s.ends()
	s.sees("oops inside")
	s.sees("the terminal could not be used")
}

func TestWhatOthersPrintGoesByAndCannotCommandTheTerminal(t *testing.T) {
	s := started(t)
	s.sees("  │ the function says ·[2Jhello")
	s.types("h")
	s.sees("Hint 1 of 3: An event knows")
	s.types("q")
	require.Zero(t, s.ends())
	require.NotContains(t, s.sent(), "\x1b[2J")
}

func TestControlZStopsTheProcessAndGivesTheTerminalBackMeanwhile(t *testing.T) {
	s := startedBy(t, `set -m; "$0" -test.run='^TestAtATerminal$'; echo was stopped; read line; fg`)
	s.sees("3 of 6 tests")
	s.types("\x1a")
	s.sees("was stopped")
	stopped, err := term.GetState(s.side.Fd())
	require.NoError(t, err)
	require.Equal(t, s.before, stopped)
	s.forgets()
	s.types("\n")
	s.sees("3 of 6 tests")
	s.types("nn")
	require.Zero(t, s.ends())
	s.sees("ended: next true")
}

func TestAfterAResizeThePictureIsAsWideAsTheTerminal(t *testing.T) {
	s := started(t)
	s.sees("3 of 6 tests")
	s.sees(strings.Repeat("─", 99))
	require.NoError(t, unix.IoctlSetWinsize(int(s.side.Fd()), unix.TIOCSWINSZ, &unix.Winsize{Row: 24, Col: 50}))
	s.sees(strings.Repeat("─", 49) + "\r\n")
	s.types("q")
	require.Zero(t, s.ends())
}

func TestFitsIsTrueOfARealTerminalOnly(t *testing.T) {
	_, process := opened(t, 80, 24)
	file, err := os.Create(t.TempDir() + "/out")
	require.NoError(t, err)
	defer file.Close()
	t.Setenv("TERM", "xterm")
	require.True(t, Fits(process, process))
	require.False(t, Fits(process, file))
	require.False(t, Fits(process, &bytes.Buffer{}))
	t.Setenv("TERM", "dumb")
	require.False(t, Fits(process, process))
}
