//go:build unix

package course

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// A sandbox is a copy of the script ./task with programs of the test's own around it.
type sandbox struct {
	t        *testing.T
	dir      string // with the script
	programs string // the folder of its programs
}

// newSandbox returns a sandbox with a go command whose every build says "lab", its arguments and its
// process.
func newSandbox(t *testing.T) sandbox {
	t.Helper()
	repo, err := FindRepo()
	require.NoError(t, err)
	s := sandbox{t, t.TempDir(), t.TempDir()}
	require.NoError(t, copyFile(repo.Path("task"), filepath.Join(s.dir, "task")))
	require.NoError(t, os.Chmod(filepath.Join(s.dir, "task"), 0o755))
	require.NoError(t, os.Mkdir(filepath.Join(s.dir, ".bin"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(s.dir, ".bin", "wslab"), nil, 0o755)) // of an earlier run
	s.program("go", `[ "$*" = "build -o .bin/wslab ./server" ] || exit 9
printf '#!/bin/sh\necho "lab $* by $$"\n' > .bin/wslab
chmod +x .bin/wslab`)
	for _, name := range []string{"dirname", "chmod", "grep"} {
		path, err := exec.LookPath(name)
		require.NoError(t, err)
		s.program(name, `exec `+path+` "$@"`)
	}
	return s
}

func (s sandbox) program(name, script string) {
	s.t.Helper()
	require.NoError(s.t, os.WriteFile(filepath.Join(s.programs, name), []byte("#!/bin/sh\n"+script+"\n"), 0o755))
}

// run runs the script from another folder and returns what it says and its process.
func (s sandbox) run(args ...string) (said string, pid int, err error) {
	cmd := exec.Command(filepath.Join(s.dir, "task"), args...)
	cmd.Dir = s.t.TempDir()
	cmd.Env = []string{"PATH=" + s.programs + ":" + s.dir, "GOROOT=/nowhere"} // the script is in the path, too
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	err = cmd.Run()
	return out.String(), cmd.Process.Pid, err
}

const goTask = `[ "$1" = --help ] && { echo "Usage: task [flags...]. Runs the tasks of a Taskfile."; exit; }
echo "task $*"`

// Taking the script's place, the command gets the script's signals.
func TestWithoutTaskTheCommandIsBuiltAndTakesTheScriptsPlace(t *testing.T) {
	s := newSandbox(t)
	said, pid, err := s.run("check:1", "--lang", "es")
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("lab check:1 --lang es by %d\n", pid), said)
}

func TestWithTaskItRunsTheCommand(t *testing.T) {
	for _, name := range []string{"task", "go-task"} {
		s := newSandbox(t)
		s.program(name, goTask)
		said, _, err := s.run("check:1", "--lang", "es")
		require.NoError(t, err)
		require.Equal(t, "task --exit-code check:1 -- --lang es\n", said)
	}
}

func TestAloneItListsTheCommands(t *testing.T) {
	s := newSandbox(t)
	said, pid, err := s.run()
	require.NoError(t, err)
	require.Equal(t, fmt.Sprintf("lab  by %d\n", pid), said) // which is its help
	s.program("task", goTask)
	said, _, err = s.run()
	require.NoError(t, err)
	require.Equal(t, "task --list\n", said)
}

func TestDashesBeforeArgumentsMeanTheSameWithAndWithoutTask(t *testing.T) {
	s := newSandbox(t)
	said, _, err := s.run("new", "--", "lobby")
	require.NoError(t, err)
	require.Contains(t, said, "lab new lobby by")
	s.program("task", goTask)
	said, _, err = s.run("new", "--", "lobby")
	require.NoError(t, err)
	require.Equal(t, "task --exit-code new -- lobby\n", said)
}

func TestAnotherProgramCalledTaskIsLeftAlone(t *testing.T) { // Taskwarrior
	s := newSandbox(t)
	s.program("task", `echo "A configuration file could not be found"`)
	said, _, err := s.run("test")
	require.NoError(t, err)
	require.Contains(t, said, "lab test by")
}

func TestWhatServesIsRunWithoutTask(t *testing.T) { // which would keep SIGTERM to itself
	s := newSandbox(t)
	s.program("task", goTask)
	for _, name := range []string{"lesson:1", "demo", "serve"} {
		said, pid, err := s.run(name)
		require.NoError(t, err)
		require.Equal(t, fmt.Sprintf("lab %s by %d\n", name, pid), said)
	}
}

func TestWithoutGoOneLineSaysWhatToInstall(t *testing.T) {
	s := newSandbox(t)
	require.NoError(t, os.Remove(filepath.Join(s.programs, "go")))
	said, _, err := s.run("test")
	require.Error(t, err)
	require.Equal(t, "Go is missing: install it from https://go.dev/dl (1.26 or newer), then run this again.\n", said)
}

func TestABuildThatFailsEndsTheScript(t *testing.T) {
	s := newSandbox(t)
	s.program("go", "echo broken >&2; exit 1")
	said, _, err := s.run("test")
	require.Error(t, err)
	require.Equal(t, "broken\n", said)
}

func TestTheFirstRunSaysThatItTakesLonger(t *testing.T) {
	s := newSandbox(t)
	require.NoError(t, os.Remove(filepath.Join(s.dir, ".bin", "wslab")))
	said, _, err := s.run("lesson:1")
	require.NoError(t, err)
	require.Contains(t, said, "The first time takes some minutes")
}
