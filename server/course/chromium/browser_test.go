//go:build browser

package chromium_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/course/chromium"
)

// One program and one browser serve all tests: making them is what takes time.
var (
	program string
	browser *chromium.Browser
)

func TestMain(m *testing.M) {
	code, err := withBrowser(m.Run)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	os.Exit(code)
}

func withBrowser(run func() int) (int, error) {
	dir, err := os.MkdirTemp("", "wslab-chromium-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	program = filepath.Join(dir, "program.wasm")
	build := exec.Command("go", "build", "-o", program, "./testdata/program")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if out, err := build.CombinedOutput(); err != nil {
		return 0, fmt.Errorf("%w\n%s", err, out)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return 0, err
	}
	browser, err = chromium.Open(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	if err != nil {
		return 0, err
	}
	defer browser.Close()
	return run(), nil
}

func run(t *testing.T, args ...string) (int, string) {
	t.Helper()
	var out bytes.Buffer
	code, err := browser.Run(t.Context(), chromium.Program{File: program, Args: args, Stdout: &out})
	require.NoError(t, err)
	return code, out.String()
}

func TestAProgramGetsItsArgumentsAndItsEnvironmentAlone(t *testing.T) {
	var out bytes.Buffer
	_, err := browser.Run(t.Context(), chromium.Program{
		File: program, Args: []string{"say", "one", "two words"}, Env: map[string]string{"LAB_URL": "ws://x"}, Stdout: &out,
	})
	require.NoError(t, err)
	require.Equal(t, "[one two words] [LAB_URL=ws://x]\n", out.String())
}

func TestEveryByteThatIsWrittenArrives(t *testing.T) {
	_, out := run(t, "bytes")
	require.Equal(t, "\x00\xffok\xc3", out)
}

func TestTheExitCodeIsTheProgramsOwn(t *testing.T) {
	code, _ := run(t, "say")
	require.Equal(t, 0, code)
	code, _ = run(t, "exit")
	require.Equal(t, 3, code)
}

func TestAPanicLeavesItsTraceAndExitCodeTwo(t *testing.T) {
	code, out := run(t, "panic")
	require.Equal(t, 2, code)
	require.Contains(t, out, "panic: boom")
	require.Contains(t, out, "testdata/program/main.go:")
}

func TestAFileIsNotFoundInABrowser(t *testing.T) {
	_, out := run(t, "open")
	require.Equal(t, "true\n", out)
}

func TestTheOriginIsThatOfThePage(t *testing.T) {
	_, out := run(t, "origin")
	require.Equal(t, browser.Origin(), out)
}

func TestAProgramThatLoopsForEverIsAnErrorAndTheNextOneRuns(t *testing.T) {
	for _, how := range []string{"spin", "wait"} {
		var out bytes.Buffer
		_, err := browser.Run(t.Context(), chromium.Program{File: program, Args: []string{how}, Stdout: &out, Timeout: 6 * time.Second})
		require.ErrorContains(t, err, "did not end within 6s")
		require.Contains(t, out.String(), "ing\n", "what it wrote before arrives")
		_, said := run(t, "say", "next")
		require.Equal(t, "[next] []\n", said)
	}
}

func TestACrashedTabIsAnErrorAndTheNextProgramRuns(t *testing.T) {
	tab := make(chan struct{})
	out := writerFunc(func(p []byte) (int, error) { close(tab); return len(p), nil })
	go func() {
		<-tab
		chromium.CrashTabs(browser)
	}()
	_, err := browser.Run(t.Context(), chromium.Program{File: program, Args: []string{"wait"}, Stdout: out})
	require.ErrorContains(t, err, "tab crashed")
	_, said := run(t, "say", "next")
	require.Equal(t, "[next] []\n", said)
}

func TestABrowserThatDiedIsStartedAgain(t *testing.T) {
	chromium.Kill(browser)
	_, said := run(t, "say", "again")
	require.Equal(t, "[again] []\n", said)
}

func TestAProgramThatIsNoneIsAnError(t *testing.T) {
	_, err := browser.Run(t.Context(), chromium.Program{File: "browser_test.go", Stdout: io.Discard})
	require.ErrorContains(t, err, "cannot run the program")
}

func TestCancellingEndsAProgram(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	out := writerFunc(func(p []byte) (int, error) { cancel(); return len(p), nil })
	_, err := browser.Run(ctx, chromium.Program{File: program, Args: []string{"wait"}, Stdout: out})
	require.ErrorIs(t, err, context.Canceled)
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

func TestProgramsRunBesideEachOther(t *testing.T) {
	outs := make(chan string)
	for i := range 4 {
		go func() {
			var out bytes.Buffer
			_, err := browser.Run(t.Context(), chromium.Program{File: program, Args: []string{"say", fmt.Sprint(i)}, Stdout: &out})
			outs <- fmt.Sprint(out.String(), err)
		}()
	}
	var all []string
	for range 4 {
		all = append(all, <-outs)
	}
	require.ElementsMatch(t, []string{"[0] []\n<nil>", "[1] []\n<nil>", "[2] []\n<nil>", "[3] []\n<nil>"}, all)
}

func TestTheBrowserThatIsAskedForButMissingSaysWhatToInstall(t *testing.T) {
	t.Setenv("CHROME", filepath.Join(t.TempDir(), "chrome"))
	_, err := chromium.Find()
	require.ErrorIs(t, err, chromium.ErrMissing)
}
