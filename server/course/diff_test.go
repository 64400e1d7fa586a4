package course

import (
	"os"
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

const short = "package a\n\nimport (\n\t\"fmt\"\n)\n\n// f does.\nfunc f() {\n\t// TODO\n}\n"

var compared = []lessons.Comparison{
	lessons.Compare("a.go", short, strings.Replace(short, "\t// TODO", "\tfmt.Println(\"a rather long line of code that does not fit on half a screen\")\n\treturn", 1)),
	lessons.Compare("b.go", short, short),
}

func TestOnAWideTerminalTheTextsStandBesideEachOther(t *testing.T) {
	text := Diff{Width: 100, Lang: "en"}.Text(compared)
	require.Contains(t, text, "   9-     // TODO                                │    9+     fmt.Println(\"a rather long line of\n")
	require.Contains(t, text, "│     + code that does not fit on half a screen\")\n", "what is too long goes on below")
	require.Contains(t, text, "│   10+     return\n")
	require.Contains(t, text, "… 5 lines are the same")
	require.Contains(t, text, "b.go: the same as the reference")
}

func TestOnANarrowTerminalTheyStandBelowEachOther(t *testing.T) {
	text := Diff{Width: 60, Lang: "es"}.Text(compared)
	require.Contains(t, text, "- tuyo  + referencia\n")
	require.Contains(t, text, "-     // TODO\n+     fmt.Println(")
	require.Contains(t, text, "b.go: igual que la referencia")
}

func TestNoLineIsWiderThanTheTerminal(t *testing.T) {
	for width := 20; width < 160; width += 7 {
		for _, lang := range lessons.Languages {
			for _, colour := range []bool{false, true} {
				for line := range strings.Lines(Diff{width, lang, colour}.Text(compared[:1])) {
					require.LessOrEqual(t, ansi.StringWidth(strings.TrimRight(line, "\n")), max(width, 33), "%d: %q", width, line)
				}
			}
		}
	}
}

func TestTheCodeCannotCommandTheTerminal(t *testing.T) {
	text := Diff{Width: 120, Lang: "en"}.Text([]lessons.Comparison{lessons.Compare("a.go", "\x1b[2J\x07\u009b1m\n", "b\n")})
	require.NotContains(t, text, "\x1b")
	require.NotContains(t, text, "\u009b")
	require.Contains(t, text, "·[2J··1m")
}

func TestTheAnswerIsComparedFileByFileTheOneToEditFirst(t *testing.T) {
	r := answered(t, "\treturn 7\n")
	require.NoError(t, os.WriteFile(r.Path("lessons/01-fixture/mine/aside.go"), []byte("package fixture\n"), 0o644))
	files, err := r.Answer(fixture)
	require.NoError(t, err)
	require.Len(t, files, 2)
	require.Equal(t, "fixture.go", files[0].File)
	require.Equal(t, "aside.go", files[1].File)
	require.Equal(t, lessons.Removed, files[1].Rows[0].Kind)
}

func TestWithoutAnAnswerTheStarterIsCompared(t *testing.T) {
	r := cloned(t)
	files, err := r.Answer(fixture)
	require.NoError(t, err)
	require.True(t, files[0].Differs())
	_, err = os.Stat(r.mine(fixture))
	require.ErrorIs(t, err, os.ErrNotExist, "looking makes nothing")
}
