package course

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/course/chromium"
)

func TestAFailureNamesTheConceptAndWhatToRead(t *testing.T) {
	l, _ := lessons.Find("disconnect")
	for test, want := range map[string]string{
		"TestAConnectionThatBreaksIsLost": "concepto: código de cierre → RFC 6455, 7.4 Status Codes, https://www.rfc-editor.org/rfc/rfc6455#section-7.4",
		"TestAHundredClientsLeaveAtOnce":  "concepto: mutex → lessons/02-disconnect/es.md",
	} {
		var out bytes.Buffer
		NewPrinter(&out, l, "es").Tested(Natively, Report{Verdicts: []Verdict{{Test: test}}})
		require.Contains(t, out.String(), want)
	}
}

func TestALongLogIsCut(t *testing.T) {
	out := said(t, "en", Report{Verdicts: []Verdict{{Test: "TestA", Expected: "x", Got: strings.Repeat("é", 5000)}}})
	require.Less(t, len(out), 2000)
	require.Contains(t, out, "éé …\n")
}

// alongside returns what is said of the tests in the browser after these natively.
func alongside(t *testing.T, lang string, native, browser Report) string {
	t.Helper()
	l, _ := lessons.Find("connection")
	var out bytes.Buffer
	p := NewPrinter(&out, l, lang)
	p.Tested(Natively, native)
	out.Reset()
	p.Tested(InBrowser, browser)
	return out.String()
}

func TestOfTheBrowserOnlyTheDifferenceIsSaid(t *testing.T) {
	green := Report{Verdicts: []Verdict{{Test: "TestA", Passed: true}, {Test: "TestB", Passed: true}}}
	require.Equal(t, "✓ In the browser, too: all 2 pass.\n", alongside(t, "en", green, green))
	require.Equal(t, "En el navegador fallan las mismas pruebas.\n", alongside(t, "es", half, half))
	differs := alongside(t, "en", green, half)
	require.Contains(t, differs, "✗ passes natively, fails in the browser: TestA\n")
	require.Contains(t, differs, "expected: 1\n")
	require.NotContains(t, differs, "TestB")
	require.Contains(t, alongside(t, "es", half, green), "falla de forma nativa, pasa en el navegador: TestA\n")
}

func TestWhatDoesNotBuildForTheBrowserAloneIsSaid(t *testing.T) {
	said := alongside(t, "en", half, Report{Problems: []Problem{{File: "mine/a.go", Line: 3, Message: "undefined: x"}}})
	require.Contains(t, said, "does not build for the browser")
	require.Contains(t, said, "mine/a.go:3: undefined: x")
}

func TestThatThereIsNoBrowserIsSaidInOnePlainSentence(t *testing.T) {
	var out bytes.Buffer
	p := NewPrinter(&out, lessons.Lesson{}, "es")
	p.Trouble(InBrowser, chromium.ErrMissing)
	p.Trouble(InBrowser, chromium.ErrMissing)
	require.Equal(t, 1, strings.Count(out.String(), "instala Chromium"))
	require.NotContains(t, out.String(), "no Chromium:")
}

func TestWarningsAreSaidWithoutTheVerdictsOnceMore(t *testing.T) {
	warned := half
	warned.Warnings = []Problem{{File: "mine/a.go", Line: 3, Message: "assignment copies lock value to m: sync.Mutex"}}
	var out bytes.Buffer
	NewPrinter(&out, lessons.Lesson{}, "es").Tested(Natively, warned)
	require.Contains(t, out.String(), "mine/a.go:3: assignment copies lock value")
	require.Contains(t, out.String(), "Un mutex copiado no cierra nada")
	require.NotContains(t, out.String(), "TestB")
}

func TestWhatTheCompilerMeansIsSaidBelowItsLine(t *testing.T) {
	for message, means := range map[string]string{
		"declared and not used: x":    "úsala o quítala",
		`"fmt" imported and not used`: "quita la línea",
		"missing return":              "debe terminar con return",
		`cannot use "a" (untyped string constant) as int value in return statement`:  "aquí hace falta otro",
		"not enough arguments in call to f\nhave (1)\nwant (1, 2)":                   "have es lo que hay",
		"socket.Emitt undefined (type *gateway.Socket has no field or method Emitt)": "no tiene nada con este nombre",
		"unknown field ID in struct literal of type Receipt":                         "no tiene nada con este nombre",
		"syntax error: unexpected newline":                                           "se perdió aquí",
		"the cancel function is not used on all paths (possible context leak)":       "defer cancel()",
		`fmt.Printf format %d has arg "a" of wrong type string`:                      "no encajan",
		"unreachable code": "nunca se ejecuta",
	} {
		out := said(t, "es", Report{Problems: []Problem{{File: "mine/a.go", Line: 3, Message: message, Source: "x := 1"}}})
		require.Contains(t, out, means)
		require.Contains(t, out, "   3 │ x := 1\n")
	}
}
