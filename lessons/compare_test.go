//go:build !live && !js

package lessons_test

import (
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

func TestChangedLinesStandBesideEachOther(t *testing.T) {
	mine := "package a\n\nfunc f() {\n\t// TODO\n}\n"
	solution := "package a\r\n\r\nfunc f() {\r\n\tg()\r\n\th()\r\n}\r\n"
	require.Equal(t, lessons.Comparison{File: "a.go", Rows: []lessons.Row{
		{Kind: lessons.Same, Left: lessons.Line{Number: 1, Text: "package a"}, Right: lessons.Line{Number: 1, Text: "package a"}},
		{Kind: lessons.Same, Left: lessons.Line{Number: 2}, Right: lessons.Line{Number: 2}},
		{Kind: lessons.Same, Left: lessons.Line{Number: 3, Text: "func f() {"}, Right: lessons.Line{Number: 3, Text: "func f() {"}},
		{Kind: lessons.Changed, Left: lessons.Line{Number: 4, Text: "\t// TODO"}, Right: lessons.Line{Number: 4, Text: "\tg()"}},
		{Kind: lessons.Added, Right: lessons.Line{Number: 5, Text: "\th()"}},
		{Kind: lessons.Same, Left: lessons.Line{Number: 5, Text: "}"}, Right: lessons.Line{Number: 6, Text: "}"}},
	}}, lessons.Compare("a.go", mine, solution))
}

func TestTheSameTextDoesNotDiffer(t *testing.T) {
	require.False(t, lessons.Compare("a.go", "a\r\nb", "a\nb\n").Differs())
	require.False(t, lessons.Compare("a.go", "", "").Differs())
	require.True(t, lessons.Compare("a.go", "a\n", "").Differs())
}

// sides returns what the rows say that the two texts are.
func sides(t *testing.T, c lessons.Comparison) (left, right []string) {
	for _, row := range c.Rows {
		if row.Left.Number > 0 {
			left = append(left, row.Left.Text)
			require.Equal(t, len(left), row.Left.Number)
		}
		if row.Right.Number > 0 {
			right = append(right, row.Right.Text)
			require.Equal(t, len(right), row.Right.Number)
		}
		same := row.Left.Text == row.Right.Text
		require.Equal(t, row.Kind == lessons.Same, same && row.Left.Number > 0 && row.Right.Number > 0)
		require.Equal(t, row.Kind == lessons.Added, row.Left.Number == 0)
		require.Equal(t, row.Kind == lessons.Removed, row.Right.Number == 0)
	}
	return left, right
}

func split(text string) (all []string) {
	for line := range strings.Lines(text) {
		all = append(all, strings.TrimRight(line, "\r\n"))
	}
	return all
}

func TestBothSidesAreWholeWhateverTheTexts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	text := func() string {
		var b strings.Builder
		for range r.IntN(12) {
			b.WriteString([]string{"a", "b", "\tñ", "", "}", "a\xff"}[r.IntN(6)] + []string{"\n", "\n", "\r\n"}[r.IntN(3)])
		}
		return strings.TrimSuffix(b.String(), []string{"", "\n"}[r.IntN(2)])
	}
	for range 3000 {
		mine, solution := text(), text()
		left, right := sides(t, lessons.Compare("a.go", mine, solution))
		require.Equal(t, split(mine), left, "%q", mine)
		require.Equal(t, split(solution), right, "%q", solution)
	}
}

func FuzzCompare(f *testing.F) {
	f.Add("a\nb\n", "b\r\nc")
	f.Fuzz(func(t *testing.T, mine, solution string) {
		left, right := sides(t, lessons.Compare("a.go", mine, solution))
		require.Equal(t, split(mine), left)
		require.Equal(t, split(solution), right)
	})
}
