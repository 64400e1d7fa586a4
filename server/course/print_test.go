package course

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course/progress"
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
		p.Tested(Natively, report)
	}
	return out.String()
}

var half = Report{Verdicts: []Verdict{
	{Test: "TestA", Message: "one is one", Expected: "1", Got: "nothing", Where: "a_test.go:7", Printed: []string{"hm"}},
	{Test: "TestB", Passed: true},
}}

func TestAFailureIsExplainedInTheLearnersLanguage(t *testing.T) {
	en := said(t, "en", half)
	for _, part := range []string{"✗ FAIL  A is greeted.", "one is one\n", "expected: 1\n", "got:      nothing\n", "in the test at a_test.go:7", "printed: hm", "Is A there?", "✓ pass  TestB", "./task hint:1 shows hint 1 of 3", "1 of 2 pass."} {
		require.Contains(t, en, part)
	}
	es := said(t, "es", half)
	for _, part := range []string{"✗ FALLA  A recibe un saludo.", "se esperaba: 1\n", "llegó:       nada\n", "en la prueba, en a_test.go:7", "¿Está A?", "✓ pasa  TestB", "./task hint:1 muestra la pista 1 de 3", "Pasan 1 de 2."} {
		require.Contains(t, es, part)
	}
	require.NotContains(t, es, "one is one", "the test's own sentence says it in Spanish")
}

func TestTestsThatAHangKeepsFromRunningAreCounted(t *testing.T) {
	l, _ := lessons.Find("connection")
	l.Tests = []lessons.Test{{Name: "TestA"}, {Name: "TestB"}, {Name: "TestC"}}
	var out bytes.Buffer
	NewPrinter(&out, l, "en").Tested(Natively, Report{Verdicts: []Verdict{
		{Test: "TestA", Passed: true},
		{Test: "TestB", Crash: &Problem{Message: "panic: test timed out after 8s"}},
	}})
	require.Contains(t, out.String(), "1 of 3 pass.")
}

// hinted returns what is said of the hints to who has asked for some of them.
func hinted(t *testing.T, lang string, asked int) string {
	t.Helper()
	l, _ := lessons.Find("connection")
	l.Tests = []lessons.Test{{Name: "TestA", Fails: map[string]string{"en": "Look there. Hint 3.", "es": "Mira allí. Pista 3."}}}
	var out bytes.Buffer
	p := NewPrinter(&out, l, lang)
	p.revealed = func() int { return asked }
	p.Tested(Natively, half)
	return out.String()
}

func TestAHintIsOfferedAndNotThrownAtAnybody(t *testing.T) {
	require.NotContains(t, hinted(t, "en", 0), "Hint 1 of 3:")
	require.Contains(t, hinted(t, "en", 0), "./task hint:1 shows hint 1 of 3.")
}

func TestTheHintThatWasAskedForIsRepeatedAndTheNextIsOffered(t *testing.T) {
	said := hinted(t, "es", 2)
	require.Contains(t, said, "Pista 2 de 3: ")
	require.Contains(t, said, "./task hint:1 muestra la pista 3 de 3.")
}

func TestWhenAllHintsAreKnownTheOneThatTheFailureNamesIsRepeatedAndTheAnswerIsOffered(t *testing.T) {
	said := hinted(t, "en", 3)
	require.Contains(t, said, "Hint 3 of 3: ")
	require.Contains(t, said, "./task solution:1")
}

func TestAHintThatTheLearnerAskedForIsKnownToThePrinter(t *testing.T) {
	r := cloned(t)
	l := fixture
	l.ID, l.Folder = "connection", fixture.Folder
	hints, _ := lessons.Find("connection")
	require.NoError(t, progress.Append(r.Path(progress.Name), factOf(t, r, l)))
	require.NotEmpty(t, hints.Hints("en"))
	require.Equal(t, 1, r.Printer(io.Discard, l, "en").revealed())
}

// factOf is the fact that a hint of l was asked for.
func factOf(t *testing.T, r Repo, l lessons.Lesson) progress.Fact {
	t.Helper()
	contract, err := r.contract(l)
	require.NoError(t, err)
	return progress.Fact{What: progress.Hint, Number: 1, Lesson: l.ID, Contract: contract, At: time.Now()}
}

func TestAHangIsCalledOneAndGivesNoOtherAdvice(t *testing.T) {
	hang := Report{Verdicts: []Verdict{{Test: "TestA", Crash: &Problem{File: "mine/a.go", Line: 1, Message: "panic: test timed out after 8s"}}}}
	out := said(t, "en", hang)
	require.Contains(t, out, "an endless loop, or a mutex")
	require.NotContains(t, out, "Is A there?")
	require.NotContains(t, out, "mine/a.go:1")
	require.NotContains(t, out, "hint")
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
	require.NotContains(t, out, "hint")
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
	s, err := r.Progress(fixture)
	require.NoError(t, err)
	require.False(t, s.Done)

	edit(t, r, "\treturn 0\n", "\treturn 42\n")
	out.Reset()
	passed, err = r.Check(t.Context(), &out, fixture, "en")
	require.NoError(t, err)
	require.True(t, passed)
	require.Contains(t, out.String(), "All 3 pass.")
	s, err = r.Progress(fixture)
	require.NoError(t, err)
	require.True(t, s.Done, "what it says is done is remembered, as where the lesson's page is open")
}

// Without the race detector such an answer passes, most of the time.
func TestACheckFindsAForgottenLock(t *testing.T) {
	r := answered(t, "\tn := 42\n\tok := make(chan bool)\n\tgo func() { n = 42; ok <- true }()\n\tn = 42\n\t<-ok\n\treturn n\n")
	var out bytes.Buffer
	passed, err := r.Check(t.Context(), &out, fixture, "en")
	require.NoError(t, err)
	require.False(t, passed)
	require.Contains(t, out.String(), "Two goroutines use the same thing")
	require.Contains(t, out.String(), mineFile+":")
}

func TestEveryWordIsInEveryLanguage(t *testing.T) {
	for lang, w := range inLanguage {
		require.Contains(t, lessons.Languages, lang)
		require.NotContains(t, fmt.Sprintf("%q", w), `""`, lang)
	}
	require.Len(t, inLanguage, len(lessons.Languages))
	for _, m := range meanings {
		for _, lang := range lessons.Languages {
			require.NotEmpty(t, m.means[lang], m.said)
		}
	}
}

func TestTheReportOfARealLessonIsInOneLanguage(t *testing.T) {
	r, err := FindRepo()
	require.NoError(t, err)
	l, _ := lessons.Find("connection")
	report, err := r.Native(t.Context(), l, Exam{Subject: Starter})
	require.NoError(t, err)
	for lang, lines := range map[string][]string{
		"en": {"expected: the event \"welcome\"\n", "got:      nothing\n", "in the test at lessons/01-connection/connection_test.go:", "concept: event → NestJS, Gateways"},
		"es": {"se esperaba: el evento \"welcome\"\n", "llegó:       nada\n", "en la prueba, en lessons/01-connection/connection_test.go:", "concepto: evento → NestJS, Gateways"},
	} {
		var out bytes.Buffer
		NewPrinter(&out, l, lang).Tested(Natively, report)
		for _, line := range lines {
			require.Contains(t, out.String(), line)
		}
	}
}

func TestWhatTheCodeWritesCommandsNoTerminal(t *testing.T) {
	const evil = "\x1b]0;mine\x07a\x1b[2J\u009b1m\x9b\x08b\tc"
	failure := Verdict{Test: "TestA", Message: evil, Expected: evil, Got: evil, Printed: []string{evil}}
	crash := Verdict{Test: "TestA", Crash: &Problem{Message: evil}}
	var trouble bytes.Buffer
	NewPrinter(&trouble, lessons.All()[0], "en").Trouble(Natively, errors.New("the tests ended:\n"+evil+"\n"))
	for _, text := range []string{
		said(t, "en", Report{Verdicts: []Verdict{failure}}),
		said(t, "en", Report{Verdicts: []Verdict{crash}}),
		said(t, "en", Report{Problems: []Problem{{File: "mine/a.go", Line: 1, Message: evil, Source: evil}}}),
		trouble.String(),
	} {
		require.Contains(t, text, "·]0;mine·a·[2J·1m··b    c")
		require.NotContains(t, strings.ToValidUTF8(text, "\x1b"), "\x1b")
		require.NotContains(t, text, "\u009b")
		require.NotContains(t, text, "\x08")
	}
}
