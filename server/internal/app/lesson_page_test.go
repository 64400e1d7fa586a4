//go:build browser

package app_test

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"wslab/server/course"
	"wslab/server/course/progress"
)

// A desk is a learner who works on lesson 1 in a clone, with a terminal and with pages.
type desk struct {
	*learner
	host     string
	solution string
	axe      string // axe-core's source
}

// mineFile is the file that the learner edits.
const mineFile = "lessons/01-connection/mine/connection.go"

// work starts a lesson with the answer of the starter, and waits for its first verdict.
func work(t *testing.T) *desk {
	house, err := course.FindRepo()
	require.NoError(t, err)
	axe, err := os.ReadFile(house.Axe())
	require.NoError(t, err, "axe-core is missing: ./task test fetches it with npm")
	repo := clone(t)
	d := &desk{axe: string(axe), learner: sit(t, repo, "lesson:1", "--addr", "127.0.0.1:0", "--lang", "en")}
	d.host = regexp.MustCompile(`127\.0\.0\.1:\d+`).FindString(d.sees("wslab listens on"))
	d.solution = string(read(t, repo, "lessons/01-connection/solution/connection.go"))
	d.sees("0 of 6 pass")
	return d
}

// progress is what is written down of what the learner has done.
func (d *desk) progress() string {
	text, _ := os.ReadFile(d.repo.Path(progress.Name)) // nothing has been done yet
	return string(text)
}

// page opens the lesson's page and waits for its verdicts of both places.
func (d *desk) page(t *testing.T, lang string) *page {
	t.Helper()
	d.t = t
	p := visit(t, desktop, "http://"+d.host+"/"+lang+"/lessons/1")
	p.judged("native")
	p.judged("browser")
	return p
}

// judged waits until the tests at a place have run.
func (p *page) judged(place string) {
	p.t.Helper()
	p.becomes(fmt.Sprintf(`/\d+/.test(document.querySelector('#tests-list th[data-place="%s"] [data-part=tally]').textContent)`, place), "#tests")
}

// verdict waits until the first test has a verdict at a place.
func (p *page) verdict(place, verdict string) {
	p.t.Helper()
	p.becomes(fmt.Sprintf(`document.querySelector('#tests-list [data-test] td[data-place=%q]').dataset.verdict === %q`, place, verdict), "#tests")
}

// gone waits until nothing that the selector finds can be seen.
func (p *page) gone(selector string) {
	p.t.Helper()
	p.becomes(fmt.Sprintf(`![...document.querySelectorAll(%q)].some(e => e.checkVisibility())`, selector), "main")
}

// never checks that an expression is not true now.
func (p *page) never(expression string) {
	p.t.Helper()
	found, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](expression))
	require.NoError(p.t, err)
	require.False(p.t, found, "%s\n%s", expression, p.text("#clients"))
}

func (p *page) press(key string) {
	p.t.Helper()
	p.do(chromedp.KeyEvent(key))
}

// answer is the solution with one thing changed.
func (d *desk) answer(old, new string) []byte {
	return []byte(strings.Replace(d.solution, old, new, 1))
}

func TestALearnerWorksInThePage(t *testing.T) {
	d := work(t)

	t.Run("a failed test says what was expected, what came and where", func(t *testing.T) {
		p := d.page(t, "en")
		p.verdict("native", "fail")
		p.verdict("browser", "fail")
		p.sees(`[data-test="TestEveryClientIsWelcomed"] .why`)
		p.reads("tests-list", `the event "welcome"`)
		p.reads("tests-list", "lessons/01-connection/connection_test.go:")
		p.gone(`[data-test="TestAClientIsWelcomedOnce"] .why`)
	})

	t.Run("a hint is revealed by key and by click, for page and terminal", func(t *testing.T) {
		p := d.page(t, "en")
		p.gone(`[data-hint]`)
		p.press("h")
		p.sees(`#help [data-hint="1"]`)
		p.sees(`.prose [data-hint="1"] p`)
		p.gone(`[data-hint="2"]`)
		p.reads("help", "Next hint (2 of 3)")

		other := d.page(t, "es")
		p.click(`#help [data-do="hint"]`)
		p.sees(`#help [data-hint="2"]`)
		other.sees(`#help [data-hint="2"]`)
		other.reads("help", "Pista siguiente (3 de 3)")
		require.Contains(t, d.progress(), " hint 2 ")
		require.NotContains(t, d.progress(), " hint 3 ")
	})

	t.Run("the answer is shown to who insists, and that is remembered", func(t *testing.T) {
		p := d.page(t, "en")
		p.press("s")
		p.sees("#answer-ask")
		require.NotContains(t, d.progress(), " shown ")
		p.press("\r") // the button "Show the answer" has the keyboard
		p.sees("#answer .diff .added, #answer .diff .changed")
		p.reads("answer-text", "Welcome.Emit")
		require.Contains(t, d.progress(), " shown ")
		require.Equal(t, read(t, d.repo, "lessons/01-connection/starter/connection.go"), read(t, d.repo, mineFile))

		p.press("s")
		p.gone("#answer-text")
	})

	t.Run("a build error is shown where the learner looks while both clients stay connected", func(t *testing.T) {
		p := d.page(t, "en")
		p.click(`#source label:has([value="mine"])`)
		p.connect("ana", "bob")
		d.saves(d.answer("socket.ID()", "soket.ID()"))
		p.reads("function-text", "connection.go:25")
		p.reads("tests-problems", "connection.go:25")
		p.reads("tests-problems", "undefined: soket")
		p.reads("ana", "Your last save does not compile (connection.go:25)")

		d.saves([]byte(d.solution))
		p.reads("ana-log", "new version of your code")
		p.reads("ana-log", `"welcome"`)
		p.reads("bob-log", `"welcome"`)
		p.gone(".code-state, #tests-problems")
		p.state("ana", "open")
		p.state("bob", "open")
		p.never(`[...document.querySelectorAll("#ana-log li, #bob-log li")].some(l => /close|lost/.test(l.textContent))`)
	})

	t.Run("a crash is shown where the learner looks while both clients stay connected", func(t *testing.T) {
		p := d.page(t, "es")
		p.click(`#source label:has([value="mine"])`)
		p.connect("ana", "bob")
		d.saves(d.answer("\tslog.Info", "\tgo func() { panic(\"oops\") }()\n\tslog.Info"))
		p.reads("function-word", "se detuvo")
		p.reads("function-at", "connection.go:25")
		p.reads("bob", "La conexión sigue abierta")
		p.state("ana", "open")
		p.state("bob", "open")
	})

	t.Run("who passes sees the answer, the stamp and the way on", func(t *testing.T) {
		d.saves(read(t, d.repo, "lessons/01-connection/starter/connection.go"))
		p := d.page(t, "en")
		p.verdict("native", "fail")
		p.gone("#passed, #answer-text")
		d.saves(append([]byte(d.solution), "// mine\n"...))
		p.verdict("native", "pass")
		p.sees("#answer .diff .removed")
		p.reads("answer-text", "// mine")
		p.sees("#done")
		p.reads("tests-news", "all 6 tests pass")
		p.reads("passed", "Next lesson: Disconnect")
		p.verdict("browser", "pass")
		p.press("n")
		p.sees(`body[data-lesson="2"] main`)

		home := visit(t, desktop, "http://"+d.host+"/es/")
		home.sees("#course .done")
		home.becomes(`document.querySelectorAll("#course .done").length === 1`, "#course")
	})

	t.Run("the tests run again when asked", func(t *testing.T) {
		p := d.page(t, "en")
		p.press("r")
		p.verdict("native", "running")
		p.verdict("native", "pass")
	})

	t.Run("axe finds nothing serious in what a run leaves behind", func(t *testing.T) {
		d.saves(d.answer("return Welcome.Emit", "return nil\n\treturn Welcome.Emit")) // unreachable: vet warns
		d.page(t, "en").verdict("native", "fail")
		for _, v := range []view{desktop, night, phone} {
			p := d.page(t, "es")
			p.press("s")
			p.sees("#answer .diff")
			p.look(v)
			if v == phone {
				p.click(`[data-tab="tests"]`)
			}
			_, err := chromedp.Run(p.ctx, chromedp.Evaluate[bool](d.axe+"; true"))
			require.NoError(t, err)
			p.seriousFindings(v)
		}
	})
}
