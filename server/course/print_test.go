package course

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

// said returns what a learner reads of a report on lesson 1.
func said(t *testing.T, lang string, r ...Report) string {
	t.Helper()
	l, found := lessons.Find("connection")
	require.True(t, found)
	l.Tests = []lessons.Test{
		{Name: "TestA", Says: map[string]string{"en": "A is greeted.", "es": "A recibe un saludo."}, Fails: map[string]string{"en": "Is A there?", "es": "¿Está A?"}},
	}
	var out bytes.Buffer
	p := NewPrinter(&out, l, lang)
	for _, report := range r {
		out.Reset()
		p.report(report)
	}
	return out.String()
}

var half = Report{Verdicts: []Verdict{
	{Test: "TestA", Message: "expected: 1\ngot:      2", Where: "a_test.go:7", Printed: []string{"hm"}},
	{Test: "TestB", Passed: true},
}}

func TestAFailureIsExplainedInTheLearnersLanguage(t *testing.T) {
	en := said(t, "en", half)
	for _, part := range []string{"✗ FAIL  A is greeted.", "expected: 1\n", "got:      2\n", "at a_test.go:7", "printed: hm", "Is A there?", "✓ pass  TestB", "Hint 1 of 3", "1 of 2 pass."} {
		require.Contains(t, en, part)
	}
	es := said(t, "es", half)
	for _, part := range []string{"✗ FALLA  A recibe un saludo.", "en a_test.go:7", "¿Está A?", "✓ pasa  TestB", "Pista 1 de 3", "Pasan 1 de 2."} {
		require.Contains(t, es, part)
	}
}

func TestTheHintIsTheOneThatTheFirstFailureNames(t *testing.T) {
	l, _ := lessons.Find("connection")
	l.Tests = []lessons.Test{{Name: "TestA", Fails: map[string]string{"en": "Look there. Hint 3.", "es": "Mira allí. Pista 3."}}}
	for lang, want := range map[string]string{"en": "Hint 3 of 3", "es": "Pista 3 de 3"} {
		var out bytes.Buffer
		NewPrinter(&out, l, lang).report(half)
		require.Contains(t, out.String(), want)
	}
}

func TestAHangIsCalledOneAndGivesNoOtherAdvice(t *testing.T) {
	hang := Report{Verdicts: []Verdict{{Test: "TestA", Crash: &Problem{File: "mine/a.go", Line: 1, Message: "panic: test timed out after 8s"}}}}
	out := said(t, "en", hang)
	require.Contains(t, out, "an endless loop, or a mutex")
	require.NotContains(t, out, "Is A there?")
	require.NotContains(t, out, "mine/a.go:1")
	require.NotContains(t, out, "Hint")
}

func TestAForgottenImportIsAskedFor(t *testing.T) {
	out := said(t, "es", Report{Problems: []Problem{{File: "mine/a.go", Line: 3, Message: "undefined: slog"}}})
	require.Contains(t, out, `¿Falta "log/slog" entre los imports?`)
}

func TestOneFailureAtATimeIsExplained(t *testing.T) {
	out := said(t, "en", Report{Verdicts: []Verdict{{Test: "TestA", Message: "first"}, {Test: "TestB", Message: "second"}}})
	require.Contains(t, out, "first")
	require.NotContains(t, out, "second")
	require.Equal(t, 2, strings.Count(out, "✗ FAIL"))
}

func TestACrashShowsItsPlace(t *testing.T) {
	out := said(t, "en", Report{Verdicts: []Verdict{{Test: "TestA", Crash: &Problem{File: "mine/a.go", Line: 3, Message: "panic: boom"}}}})
	require.Contains(t, out, "panic: boom\n         at mine/a.go:3\n")
}

func TestWhatKeepsTheTestsFromRunningHasItsPlace(t *testing.T) {
	out := said(t, "en", Report{Problems: []Problem{{File: "mine/a.go", Line: 3, Column: 9, Message: "undefined: x"}}})
	require.Contains(t, out, "cannot be tested yet")
	require.Contains(t, out, "mine/a.go:3:9: undefined: x")
	require.NotContains(t, out, "0 of 0")
}

func TestAllGreenSaysWhatComesNext(t *testing.T) {
	out := said(t, "en", Report{Verdicts: []Verdict{{Test: "TestA", Passed: true}}})
	require.Contains(t, out, "All 1 pass.")
	require.Contains(t, out, "./task lesson:2")
	require.NotContains(t, out, "Hint")
}

func TestWhatIsNoTerminalGetsNoColour(t *testing.T) {
	require.NotContains(t, said(t, "en", half), "\x1b")
	file, err := os.Create(filepath.Join(t.TempDir(), "out"))
	require.NoError(t, err)
	defer file.Close()
	require.False(t, wantsColour(file))
}

func TestNoColorIsHonoured(t *testing.T) {
	terminal, err := os.Open(os.DevNull) // a character device, as a terminal is
	require.NoError(t, err)
	defer terminal.Close()
	t.Setenv("TERM", "xterm")
	t.Setenv("NO_COLOR", "")
	require.True(t, wantsColour(terminal))
	t.Setenv("NO_COLOR", "1")
	require.False(t, wantsColour(terminal))
}

func TestTheIntroductionNamesTheGoalThePageAndTheFile(t *testing.T) {
	r, err := FindRepo()
	require.NoError(t, err)
	l, _ := lessons.Find("connection")
	var out bytes.Buffer
	r.Introduce(&out, l, "es", "http://127.0.0.1:8080/es/lessons/1")
	for _, part := range []string{"Lección 1 · Conexión", l.Goal("es"), "página  http://127.0.0.1:8080/es/lessons/1", "edita   lessons/01-connection/mine/connection.go"} {
		require.Contains(t, out.String(), part)
	}
}

func TestACheckSaysWhetherTheAnswerPassesAndMakesItFirst(t *testing.T) {
	r := cloned(t)
	var out bytes.Buffer
	passed, err := r.Check(t.Context(), &out, fixture, "en")
	require.NoError(t, err)
	require.False(t, passed)
	require.Contains(t, out.String(), "2 of 3 pass.")

	edit(t, r, "\treturn 0\n", "\treturn 42\n")
	out.Reset()
	passed, err = r.Check(t.Context(), &out, fixture, "en")
	require.NoError(t, err)
	require.True(t, passed)
	require.Contains(t, out.String(), "All 3 pass.")
}

func TestEveryWordIsInEveryLanguage(t *testing.T) {
	for lang, w := range inLanguage {
		require.Contains(t, lessons.Languages, lang)
		require.NotContains(t, fmt.Sprintf("%q", w), `""`, lang)
	}
	require.Len(t, inLanguage, len(lessons.Languages))
}
