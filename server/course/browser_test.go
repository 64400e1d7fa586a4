//go:build browser

package course

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course/chromium"
)

func TestTheTestsOfALessonPassOnItsSolutionInABrowser(t *testing.T) {
	r, err := FindRepo()
	require.NoError(t, err)
	l, _ := lessons.Find("connection")
	b, err := r.OpenBrowser(t.Context())
	require.NoError(t, err)
	defer b.Close()
	report, err := r.Browser(t.Context(), b, l, Exam{Subject: Solution})
	require.NoError(t, err)
	require.True(t, report.Passed(), "%+v", report)
}

func TestATestThatLoopsForEverInABrowserHasFailed(t *testing.T) {
	r := answered(t, "\tfor {\n\t}\n")
	b, err := r.OpenBrowser(t.Context())
	require.NoError(t, err)
	defer b.Close()
	report, err := r.Browser(t.Context(), b, fixture, Exam{Subject: Mine, Timeout: time.Second})
	require.NoError(t, err)
	v := verdict(t, report, "TestTheAnswerIsRight")
	require.True(t, strings.HasPrefix(v.Crash.Message, "panic: the test did not end in time"), v.Crash)
}

// awaited is a Listener that hands on what was found in the browser.
type awaited struct{ found chan Report }

func (a awaited) Testing(Place)        {}
func (a awaited) Trouble(Place, error) { close(a.found) }
func (a awaited) Tested(at Place, r Report) {
	if at == InBrowser {
		a.found <- r
	}
}

func TestTheLoopKeepsOneBrowserForAllSaves(t *testing.T) {
	r := answered(t, "\treturn 0\n")
	l := fixture
	l.Targets.Browser = true
	opened := 0
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	found, ended := make(chan Report), make(chan struct{})
	loop := Loop{Repo: r, Lesson: l, Listeners: []Listener{awaited{found}}, Browser: func(ctx context.Context) (*chromium.Browser, error) {
		opened++
		return r.OpenBrowser(ctx)
	}}
	go func() { defer close(ended); loop.Run(ctx) }()
	require.False(t, verdict(t, <-found, "TestTheAnswerIsRight").Passed)
	edit(t, r, "\treturn 0\n", "\treturn 42\n")
	require.True(t, verdict(t, <-found, "TestTheAnswerIsRight").Passed)
	cancel()
	<-ended
	require.Equal(t, 1, opened)
}

// onOutput calls itself when something is written.
type onOutput func()

func (f onOutput) Write(p []byte) (int, error) {
	f()
	return len(p), nil
}

func TestASaveEndsAProgramThatLoopsInTheBrowser(t *testing.T) {
	r := answered(t, "\tfor {\n\t}\n")
	program := filepath.Join(t.TempDir(), "lesson.test")
	problems, err := build{pkg: "./lessons/01-fixture", tag: "mine", env: js}.to(t.Context(), r, program)
	require.NoError(t, err)
	require.Empty(t, problems)
	b, err := r.OpenBrowser(t.Context())
	require.NoError(t, err)
	defer b.Close()
	ctx, save := context.WithTimeout(t.Context(), time.Minute)
	err = inBrowser(b, nil)(ctx, program, []string{"-test.v", "-test.run=TestTheAnswerIsRight"}, onOutput(save))
	require.ErrorIs(t, err, context.Canceled)
}
