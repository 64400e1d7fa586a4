package course

import (
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course/progress"
)

// connection returns a small clone with the real first lesson, which has three hints.
func connection(t *testing.T) (Repo, lessons.Lesson) {
	t.Helper()
	real, err := FindRepo()
	require.NoError(t, err)
	l, _ := lessons.Find("connection")
	r := Repo{t.TempDir()}
	require.NoError(t, os.CopyFS(r.Path("lessons", l.Folder), os.DirFS(real.Path("lessons", l.Folder))))
	require.NoError(t, os.RemoveAll(r.mine(l)))
	return r, l
}

func TestHintsAreRevealedOneByOneAndNoMoreThanThereAre(t *testing.T) {
	r, l := connection(t)
	for _, want := range []int{1, 2, 3, 3} {
		s, err := r.RevealHint(l)
		require.NoError(t, err)
		require.Equal(t, progress.State{Hints: want}, s)
	}
	s, err := r.Progress(l)
	require.NoError(t, err)
	require.Equal(t, 3, s.Hints)
}

func TestPassingIsRememberedOnce(t *testing.T) {
	r, l := connection(t)
	for range 3 {
		s, err := r.MarkPassed(l)
		require.NoError(t, err)
		require.True(t, s.Done)
	}
	text, err := os.ReadFile(r.Path(progress.Name))
	require.NoError(t, err)
	require.Equal(t, 1, strings.Count(string(text), " passed "))
}

func TestAnAnswerShownAfterPassingIsNotWrittenDown(t *testing.T) {
	r, l := connection(t)
	_, err := r.MarkPassed(l)
	require.NoError(t, err)
	s, err := r.MarkShown(l)
	require.NoError(t, err)
	require.Equal(t, progress.State{Done: true}, s)
}

func TestProgressSurvivesARenameAndANewNumber(t *testing.T) {
	r, l := connection(t)
	_, err := r.MarkPassed(l)
	require.NoError(t, err)
	moved := l
	moved.Number, moved.Folder = 7, "07-connection"
	require.NoError(t, os.Rename(r.Path("lessons", l.Folder), r.Path("lessons", moved.Folder)))
	for _, file := range []string{"mine_test.go", "starter_test.go", "solution_test.go"} {
		rewrite(t, r.Path("lessons", moved.Folder, file), "01-connection", "07-connection")
	}
	s, err := r.Progress(moved)
	require.NoError(t, err)
	require.Equal(t, progress.State{Done: true}, s)
}

func TestCommentsLayoutAndLineEndsChangeNoContract(t *testing.T) {
	r, l := connection(t)
	before, err := r.contract(l)
	require.NoError(t, err)
	test := r.Path("lessons", l.Folder, "connection_test.go")
	rewrite(t, test, "\n", "\r\n")
	rewrite(t, test, "func Test", "\n// A comment that was missing.\nfunc Test")
	after, err := r.contract(l)
	require.NoError(t, err)
	require.Equal(t, before, after)
}

func TestALessonThatAsksForMoreIsNotDone(t *testing.T) {
	r, l := connection(t)
	_, err := r.MarkPassed(l)
	require.NoError(t, err)
	rewrite(t, r.Path("lessons", l.Folder, "connection_test.go"), "func TestEveryClientIsWelcomed", "func TestMore(t *testing.T) {}\n\nfunc TestEveryClientIsWelcomed")
	s, err := r.Progress(l)
	require.NoError(t, err)
	require.Equal(t, progress.State{Earlier: true}, s)
}

func TestADamagedLineIsToldAndDoesNotStopAnybody(t *testing.T) {
	r, l := connection(t)
	require.NoError(t, os.WriteFile(r.Path(progress.Name), []byte("connection pas"), 0o644))
	s, err := r.MarkPassed(l)
	require.NoError(t, err)
	require.True(t, s.Done)
	damaged, err := r.DamagedProgress()
	require.NoError(t, err)
	require.Equal(t, []progress.Line{{Number: 1, Text: "connection pas"}}, damaged)
}

func rewrite(t *testing.T, path, before, after string) {
	t.Helper()
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.Contains(t, string(text), before)
	require.NoError(t, os.WriteFile(path, []byte(strings.ReplaceAll(string(text), before, after)), 0o644))
}
