package lessontext

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/web/component"
	"wslab/web/figures"
	"wslab/web/text"
)

// rendered renders Markdown as if it were the text of lesson 1.
func rendered(t *testing.T, markdown string, recording ...component.Exchange) (string, error) {
	t.Helper()
	words, _ := text.In("en")
	p := &printer{lesson: connection(t), words: words, shown: Shown{Recording: recording}, ids: ids{}}
	return p.print([]byte(markdown))
}

func connection(t *testing.T) lessons.Lesson {
	l, ok := lessons.Find("connection")
	require.True(t, ok)
	return l
}

func TestEveryLessonRendersInBothLanguagesWithTheSameSections(t *testing.T) {
	for _, l := range lessons.All() {
		english, err := Render(l, "en", Shown{})
		require.NoError(t, err)
		spanish, err := Render(l, "es", Shown{})
		require.NoError(t, err)
		require.Equal(t, levels(english), levels(spanish), "the headings of %s differ", l.Folder)
	}
}

func levels(text Text) []int {
	var all []int
	for _, s := range text.Sections {
		all = append(all, s.Level)
	}
	return all
}

func TestADeclarationIsTakenFromTheFileAndHighlighted(t *testing.T) {
	text, err := Render(connection(t), "en", Shown{})
	require.NoError(t, err)
	require.Contains(t, text.Body, "<figcaption>solution/connection.go</figcaption>")
	require.Contains(t, text.Body, `<span class="nf">greet</span>`)
	require.NotContains(t, text.Body, "file:solution")
	require.NotContains(t, text.Body, "style=")
}

func TestTitleAndGoalAreNotPartOfTheBody(t *testing.T) {
	text, err := Render(connection(t), "en", Shown{})
	require.NoError(t, err)
	require.Equal(t, "Connection", text.Title)
	require.Equal(t, "Greet every client that connects, with an id of its own.", text.Goal)
	require.NotContains(t, text.Body, "<h1")
	require.NotContains(t, text.Body, text.Goal)
}

func TestEachHintOpensInsideTheOneBefore(t *testing.T) {
	html, err := rendered(t, "## Hints\n\n1. vague\n2. clearer\n3. plain\n")
	require.NoError(t, err)
	require.NotContains(t, html, "<li>")
	require.Regexp(t, `(?s)<details[^>]*><summary>Hint 1 of 3</summary>\s*<p>vague</p>\s*<details[^>]*><summary>Hint 2 of 3</summary>\s*<p>clearer</p>\s*<details[^>]*><summary>Hint 3 of 3</summary>\s*<p>plain</p>\s*</details>\s*</details>\s*</details>`, html)
}

func TestAListThatIsNoHintsStaysAList(t *testing.T) {
	html, err := rendered(t, "## Steps\n\n1. one\n2. two\n")
	require.NoError(t, err)
	require.Equal(t, 2, strings.Count(html, "<li>"))
}

func TestATextThatAsksForWhatIsNotThereIsAnError(t *testing.T) {
	for line, want := range map[string]string{
		"file:solution/nothing.go":          "nothing.go",
		"file:solution/connection.go#Hello": "there are Welcome, Greeting, New, greet",
		"wire:starter":                      "wire:solution",
	} {
		_, err := rendered(t, line+"\n")
		require.ErrorContains(t, err, want)
		require.ErrorContains(t, err, line)
	}
}

func TestALanguageThatNobodyWroteIsAnError(t *testing.T) {
	_, err := Render(connection(t), "fr", Shown{})
	require.ErrorContains(t, err, `"fr"`)
}

func TestARecordingBecomesTheListOfWhatCrossed(t *testing.T) {
	html, err := rendered(t, "wire:solution\n", component.Exchange{Client: "ana", ToServer: true, Text: `{"event":"hello"}`})
	require.NoError(t, err)
	require.Contains(t, html, "{&#34;event&#34;:&#34;<b>hello</b>&#34;}")
	require.Contains(t, html, "to the server")
}

func TestRawHTMLIsDropped(t *testing.T) {
	html, err := rendered(t, "a <script>alert(1)</script> b\n\n<img src=x onerror=alert(1)>\n\n[x](javascript:alert(1))\n")
	require.NoError(t, err)
	require.NotContains(t, html, "<script")
	require.NotContains(t, html, "<img")
	require.NotContains(t, html, "javascript:")
}

func TestALinkToElsewhereTellsNobodyWhereItWasFollowed(t *testing.T) {
	html, err := rendered(t, "[there](https://example.org/) [here](#hints)\n")
	require.NoError(t, err)
	require.Contains(t, html, `<a href="https://example.org/" rel="noopener noreferrer" target="_blank">`)
	require.Contains(t, html, `<a href="#hints">`)
}

func TestATableMayBeWiderThanTheText(t *testing.T) {
	html, err := rendered(t, "| a | b |\n|---|---|\n| 1 | 2 |\n")
	require.NoError(t, err)
	require.Regexp(t, `(?s)<div class="wide"[^>]*>\s*<table>.*</table>\s*</div>`, html)
}

func TestSpanishHeadingsHaveIdsThatReadWell(t *testing.T) {
	html, err := rendered(t, "## Primero, míralo\n\n## Primero, míralo\n\n## ¡!\n")
	require.NoError(t, err)
	require.Contains(t, html, `id="primero-miralo"`)
	require.Contains(t, html, `id="primero-miralo-2"`)
	require.Contains(t, html, `id="section"`)
}

// measured are figures of every row that is shown of the transports.
func measured(t *testing.T) (r figures.Results) {
	words, _ := text.In("en")
	part, ok := words.Bench.Part("transports")
	require.True(t, ok)
	for _, q := range part.Rows {
		r.Add("transports", figures.Row{Name: q.Key, Machine: "a lathe", Bars: []figures.Bar{figures.NewBar("ws", []float64{12345})}})
	}
	return r
}

func charted(t *testing.T, markdown string, r figures.Results) (string, error) {
	t.Helper()
	words, _ := text.In("en")
	p := &printer{lesson: lessons.All()[0], words: words, shown: Shown{Figures: r}, ids: ids{}}
	return p.print([]byte(markdown))
}

func TestAChartShowsWhatWasMeasuredHere(t *testing.T) {
	html, err := charted(t, "chart:transports#latency\n\nchart:transports\n", measured(t))
	require.NoError(t, err)
	require.Contains(t, html, "12345")
	require.Contains(t, html, "on this machine: a lathe")
	require.Contains(t, html, "./task bench -- --only transports --quick")
}

func TestUntilAllOfAPartIsMeasuredHereTheLessonsOwnFiguresAreShown(t *testing.T) {
	some := measured(t)
	some.Parts[0].Rows = some.Parts[0].Rows[1:]
	for _, r := range []figures.Results{{}, some} {
		html, err := charted(t, "chart:transports#latency\n\nchart:transports\n", r)
		require.NoError(t, err)
		require.NotContains(t, html, "12345")
		require.Contains(t, html, "of another machine")
	}
}

func TestAnItemOfAListEndsWithItsCharts(t *testing.T) {
	html, err := charted(t, "- **Low.** It is quick. chart:transports#latency chart:transports#proxied\n- No chart: here\n", measured(t))
	require.NoError(t, err)
	require.Regexp(t, `(?s)<li><strong>Low.</strong> It is quick.\s*<figure.*<figure.*</figure>\s*</li>\s*<li>No chart: here</li>`, html)
}

func TestAChartOfNothingIsAnError(t *testing.T) {
	for _, line := range []string{"chart:nothing", "chart:transports#nothing"} {
		_, err := charted(t, line, measured(t))
		require.ErrorContains(t, err, line)
		_, err = charted(t, "- so "+line, measured(t))
		require.ErrorContains(t, err, line)
	}
}
