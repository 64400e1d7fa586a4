package lessons

import (
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// A Comparison is a learner's file beside the reference answer's.
type Comparison struct {
	File string
	Rows []Row // left are the learner's lines, right the reference answer's
}

// A Row is what stands beside each other.
type Row struct {
	Kind        RowKind
	Left, Right Line
}

// A Line is one line of a file.
type Line struct {
	Number int // from 1; 0 where there is no line on this side
	Text   string
}

// RowKind says how the two sides of a [Row] differ.
type RowKind string

// The kinds of rows.
const (
	Same    RowKind = "same"
	Changed RowKind = "changed"
	Removed RowKind = "removed" // on the left only
	Added   RowKind = "added"   // on the right only
)

// Differs tells whether the two files are not the same.
func (c Comparison) Differs() bool {
	for _, row := range c.Rows {
		if row.Kind != Same {
			return true
		}
	}
	return false
}

// Compare puts a learner's file beside the reference answer's. Lines that end in different ways are
// the same.
func Compare(file, mine, solution string) Comparison {
	c := Comparison{File: file}
	left, right := lines(mine), lines(solution)
	l, r := 0, 0 // lines that have their row
	before := joined(left)
	starts := lineStarts(before)
	same := func(until int) {
		for ; l < until; l, r = l+1, r+1 {
			c.Rows = append(c.Rows, Row{Same, Line{l + 1, left[l]}, Line{r + 1, right[r]}})
		}
	}
	for _, edit := range udiff.Lines(before, joined(right)) {
		same(starts[edit.Start])
		lend, rend := starts[edit.End], r+strings.Count(edit.New, "\n")
		c.Rows = append(c.Rows, replaced(left, right, l, lend, r, rend)...)
		l, r = lend, rend
	}
	same(len(left))
	return c
}

// replaced pairs the lines from l to lend with those from r to rend, as far as there are two.
func replaced(left, right []string, l, lend, r, rend int) (rows []Row) {
	for l < lend || r < rend {
		row := Row{Kind: Changed}
		if l < lend {
			row.Left = Line{l + 1, left[l]}
			l++
		} else {
			row.Kind = Added
		}
		if r < rend {
			row.Right = Line{r + 1, right[r]}
			r++
		} else {
			row.Kind = Removed
		}
		rows = append(rows, row)
	}
	return rows
}

// lines returns the lines of a text without their ends.
func lines(text string) (all []string) {
	for line := range strings.Lines(text) {
		all = append(all, strings.TrimRight(line, "\r\n"))
	}
	return all
}

func joined(lines []string) string {
	if len(lines) == 0 {
		return ""
	}
	return strings.Join(lines, "\n") + "\n"
}

// lineStarts returns the number of the line, from 0, that begins at each place where one begins.
func lineStarts(text string) map[int]int {
	starts, at, n := map[int]int{0: 0}, 0, 0
	for line := range strings.Lines(text) {
		at, n = at+len(line), n+1
		starts[at] = n
	}
	return starts
}
