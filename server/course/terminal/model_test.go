package terminal

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course"
)

// A desk is a model whose commands are run at once.
type desk struct {
	t *testing.T
	model
	again chan struct{}
	said  []string
}

// sit returns a learner's desk at lesson 1, in a small clone.
func sit(t *testing.T, lang string, width, height int) *desk {
	t.Helper()
	t.Setenv("NO_COLOR", "1")
	repo, l := clone(t)
	again := make(chan struct{}, 1)
	s := newScroll()
	d := &desk{t: t, again: again, model: newModel(Options{Repo: repo, Lesson: l, Lang: lang, Page: "http://127.0.0.1:8080/" + lang + "/lessons/1", Again: again}, s)}
	d.hears(tea.WindowSizeMsg{Width: width, Height: height})
	d.hears(d.stand(repo.Progress)())
	return d
}

// clone returns a small clone with lesson 1.
func clone(t *testing.T) (course.Repo, lessons.Lesson) {
	t.Helper()
	real, err := course.FindRepo()
	require.NoError(t, err)
	repo := course.Repo{Root: t.TempDir()}
	for _, l := range lessons.All() {
		require.NoError(t, os.CopyFS(repo.Path("lessons", l.Folder, "starter"), os.DirFS(real.Path("lessons", l.Folder, "starter"))))
		require.NoError(t, os.CopyFS(repo.Path("lessons", l.Folder, "solution"), os.DirFS(real.Path("lessons", l.Folder, "solution"))))
	}
	return repo, first()
}

// first is lesson 1.
func first() lessons.Lesson {
	l, _ := lessons.Find("connection")
	return l
}

// hears tells the model something, and what its commands say to that.
func (d *desk) hears(msg tea.Msg) (quits bool) {
	d.t.Helper()
	if _, quit := msg.(tea.QuitMsg); quit {
		return true
	}
	changed, cmd := d.Update(msg)
	d.model = changed.(model)
	d.said = append(d.said, d.scroll.take()...)
	if cmd == nil {
		return false
	}
	return d.hears(cmd())
}

func (d *desk) presses(key rune) (quits bool) {
	return d.hears(tea.KeyPressMsg{Code: key, Text: string(key)})
}

func (d *desk) shows() string {
	lines := strings.Split(ansi.Strip(d.View().Content), "\n")
	require.Less(d.t, len(lines), d.height, "a line is left to what goes by")
	for _, line := range lines {
		require.Less(d.t, ansi.StringWidth(line), d.width, "%q", line)
	}
	return strings.Join(lines, "\n")
}

func (d *desk) heard() string {
	all := strings.Join(d.said, "\n")
	d.said = nil
	return all
}

// report returns what a run of lesson 1's tests finds of which the first n pass.
func report(n int) course.Report {
	r := course.Report{Took: 1500 * time.Millisecond}
	for i, test := range first().Tests {
		v := course.Verdict{Test: test.Name, Passed: i < n}
		if !v.Passed {
			v.Message, v.Where = "expected the event \"welcome\", but nothing came", "lessons/01-connection/connection_test.go:18"
		}
		r.Verdicts = append(r.Verdicts, v)
	}
	return r
}

func TestThePictureSaysWhatTheLessonIsAndWhatCanBeDone(t *testing.T) {
	for lang, parts := range map[string][]string{
		"en": {"Lesson 1 · Connection", "Greet every client that connects", "edit  lessons/01-connection/mine/connection.go", "page  http://127.0.0.1:8080/en/lessons/1", "native  browser", "0 of 6 tests", fmt.Sprintf("0 of %d lessons", len(lessons.All())), "h\u00a0hint\u00a00/3", "s\u00a0answer", "r\u00a0run\u00a0again", "n\u00a0next", "q\u00a0quit"},
		"es": {"Lección 1 · Conexión", "Saluda a cada cliente", "edita   lessons/01-connection/mine/connection.go", "página  http://127.0.0.1:8080/es/lessons/1", "nativo   navegador", "0 de 6 pruebas", fmt.Sprintf("0 de %d lecciones", len(lessons.All())), "h\u00a0pista\u00a00/3", "s\u00a0respuesta", "r\u00a0probar", "n\u00a0siguiente", "q\u00a0salir"},
	} {
		shown := sit(t, lang, 120, 40).shows()
		for _, part := range parts {
			require.Contains(t, shown, part)
		}
	}
}

func TestTheFileAndThePageAreLinks(t *testing.T) {
	content := sit(t, "en", 120, 40).View().Content
	require.Contains(t, content, "\x1b]8;;file:///")
	require.Contains(t, content, "\x1b]8;;http://127.0.0.1:8080/en/lessons/1")
}

func TestEachTestHasAVerdictInEachPlace(t *testing.T) {
	d := sit(t, "en", 120, 40)
	d.hears(begun{course.Natively})
	require.Contains(t, d.shows(), "testing …")
	d.hears(tested{course.Natively, report(6)})
	d.hears(tested{course.InBrowser, report(5)})
	shown := d.shows()
	require.NotContains(t, shown, "testing …")
	require.Equal(t, 5, strings.Count(shown, "✓ pass  ✓ pass"))
	require.Equal(t, 1, strings.Count(shown, "✓ pass  ✗ FAIL"))
	require.Contains(t, shown, "browser:", "it says where the test failed")
	require.Contains(t, d.heard(), "✗ browser: 5 of 6 pass (1.5 s)")
}

func TestABrowserRunThatASaveEndsIsNotShownForGood(t *testing.T) {
	d := sit(t, "en", 120, 40)
	d.hears(tested{course.Natively, report(6)})
	d.hears(begun{course.InBrowser})
	d.hears(begun{course.Natively}) // a save
	d.hears(trouble{course.Natively, errors.New("there is no go command")})
	require.NotContains(t, d.shows(), "testing …")
}

func TestTheFirstTestThatFailsIsExplained(t *testing.T) {
	d := sit(t, "es", 120, 40)
	d.hears(tested{course.Natively, report(2)})
	shown := d.shows()
	require.Equal(t, 4, strings.Count(shown, "✗ FALLA"))
	require.Equal(t, 1, strings.Count(shown, "expected the event"))
	require.Contains(t, shown, "en lessons/01-connection/connection_test.go:18")
	require.Contains(t, shown, "Pista 2.")
	require.Contains(t, d.heard(), "✗ nativo: pasan 2 de 6 (1,5 s)")
}

func TestWhatDoesNotCompileIsShownInsteadOfTheTests(t *testing.T) {
	d := sit(t, "en", 120, 40)
	d.hears(tested{course.Natively, course.Report{Problems: []course.Problem{{File: "mine/a.go", Line: 3, Message: "undefined: slog"}}}})
	shown := d.shows()
	require.Contains(t, shown, "✗ Your answer cannot be tested yet:\n  mine/a.go:3: undefined: slog\n  Is \"log/slog\" missing among the imports?")
	require.NotContains(t, shown, "Every client")
}

func TestWithoutABrowserThereIsOneColumnAndOneLineSaysWhy(t *testing.T) {
	d := sit(t, "en", 120, 40)
	d.hears(trouble{course.InBrowser, errors.New("no browser: install Chromium")})
	d.hears(trouble{course.InBrowser, errors.New("no browser: install Chromium")})
	require.Equal(t, 1, strings.Count(d.heard(), "install Chromium"))
	require.NotContains(t, d.shows(), "browser  ")
}

func TestWhatVetFindsIsSaidAndChangesNoVerdict(t *testing.T) {
	d := sit(t, "en", 120, 40)
	d.hears(tested{course.Natively, report(3)})
	d.hears(begun{course.InBrowser})
	d.heard()
	odd := report(3)
	odd.Warnings = []course.Problem{{File: "mine/a.go", Line: 3, Message: "unreachable code"}}
	d.hears(tested{course.Natively, odd})
	heard := d.heard()
	require.Contains(t, heard, "mine/a.go:3: unreachable code")
	require.NotContains(t, heard, "3 of 6", "the run has been told")
	require.Contains(t, d.shows(), "testing …", "the browser goes on")
}

func TestHintsComeOneByOneAndThenAllAgain(t *testing.T) {
	d := sit(t, "en", 120, 40)
	d.presses('h')
	require.Contains(t, d.heard(), "Hint 1 of 3: An event knows")
	require.Contains(t, d.shows(), "h\u00a0hint\u00a01/3")
	d.presses('H') // with caps lock, too
	d.presses('h')
	require.Contains(t, d.heard(), "That was the last hint. s shows the answer")
	d.presses('h')
	require.Equal(t, 3, strings.Count(d.heard(), "Hint "))
}

func TestTheAnswerIsAskedBackForUntilTheTestsPass(t *testing.T) {
	d := sit(t, "en", 120, 40)
	d.presses('s')
	require.Contains(t, d.shows(), "s again shows the answer")
	d.presses('x')
	require.Contains(t, d.shows(), "q\u00a0quit", "any other key goes on")
	d.presses('s')
	require.Empty(t, d.heard())
	d.presses('s')
	require.Contains(t, d.heard(), "│   26+     return Welcome.Emit(socket,")
	require.True(t, d.standing.Shown)
	d.presses('s')
	require.Contains(t, d.heard(), "Welcome.Emit", "who has seen it is not asked again")
}

func TestOnceTheTestsPassTheAnswerIsThereAndTheLessonDone(t *testing.T) {
	d := sit(t, "es", 120, 40)
	d.presses('s')
	d.hears(tested{course.Natively, report(6)})
	require.Contains(t, d.shows(), "Lección 1 · Conexión · ✓ hecha")
	require.Contains(t, d.shows(), "salir", "what was asked back needs no answer any more")
	require.Contains(t, d.heard(), "La lección 1 está hecha. n pasa a la lección 2")
	require.True(t, d.standing.Done)
	require.Contains(t, d.shows(), fmt.Sprintf("1 de %d lecciones", len(lessons.All())))
	d.presses('s')
	require.Contains(t, d.heard(), "Welcome.Emit")
	require.False(t, d.standing.Shown)
	d.hears(tested{course.Natively, report(6)})
	require.NotContains(t, d.heard(), "está hecha", "it is said once")
}

func TestRRunsTheTestsAgain(t *testing.T) {
	d := sit(t, "en", 120, 40)
	d.presses('r')
	d.presses('r') // asked for already
	require.Len(t, d.again, 1)
}

func TestNGoesOnWhenTheTestsPassAndElseWhenAskedTwice(t *testing.T) {
	d := sit(t, "en", 120, 40)
	require.False(t, d.presses('n'))
	require.Contains(t, d.shows(), "n again leaves for lesson 2")
	require.True(t, d.presses('n'))
	require.True(t, d.next)

	d = sit(t, "en", 120, 40)
	d.hears(tested{course.Natively, report(6)})
	require.True(t, d.presses('n'))
	require.True(t, d.next)
}

func TestAfterTheLastLessonThereIsNoNext(t *testing.T) {
	d := sit(t, "es", 120, 40)
	d.Lesson = lessons.All()[len(lessons.All())-1]
	require.False(t, d.presses('n'))
	require.Contains(t, d.heard(), "Esta es la última lección.")
}

func TestQAndControlCQuit(t *testing.T) {
	d := sit(t, "en", 120, 40)
	require.True(t, d.presses('q'))
	require.False(t, d.next)
	require.NotContains(t, d.shows(), "quit", "what stays on the screen offers nothing any more")
	require.True(t, sit(t, "en", 120, 40).hears(tea.KeyPressMsg{Code: 'c', Mod: tea.ModCtrl}))
}

func TestOnASmallTerminalThePictureFitsAndKeepsItsKeys(t *testing.T) {
	for _, lang := range lessons.Languages {
		d := sit(t, lang, 40, 8)
		for _, passing := range []int{0, 3, 6} {
			d.hears(tested{course.Natively, report(passing)})
			d.hears(tested{course.InBrowser, report(passing)})
			for width := 40; width <= 130; width += 15 {
				for height := 8; height <= 40; height += 4 {
					d.hears(tea.WindowSizeMsg{Width: width, Height: height})
					shown := d.shows()
					require.Contains(t, shown, "q\u00a0", "%d x %d", width, height)
					require.Contains(t, shown, fmt.Sprint(passing), "%d x %d", width, height)
				}
			}
		}
	}
	d := sit(t, "en", 40, 24)
	d.hears(tested{course.Natively, report(3)})
	require.Contains(t, d.shows(), "✓ 3 pass")
	require.Contains(t, d.shows(), "expected the event")
	require.Contains(t, d.shows(), "\nhttp://127.0.0.1:8080/en/lessons/1\n")
}

func TestADamagedLineOfProgressIsNamedOnceAtTheBeginning(t *testing.T) {
	d := sit(t, "es", 120, 40)
	require.NoError(t, os.WriteFile(d.Repo.Path("progress.txt"), []byte("connection pas\n"), 0o644))
	d.hears(d.warn())
	require.Contains(t, d.heard(), "progress.txt:1 no se entiende")
}
