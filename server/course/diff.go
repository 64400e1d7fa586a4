package course

import (
	"fmt"
	"io"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"wslab/lessons"
)

// besides is the width of a terminal from which on two texts stand beside each other.
const besides = 100

// around is how many lines that are the same are shown before and after those that differ.
const around = 3

// A Diff writes a learner's files and the reference answer's for a terminal: beside each other where
// there is room, else one below the other.
type Diff struct {
	Width  int    // of the terminal, in columns
	Lang   string // of the headings
	Colour bool
}

// diffWords are what a [Diff] says, in one language.
type diffWords struct{ yours, reference, alike, skipped, skippedOne string }

var diffInLanguage = map[string]diffWords{
	"en": {"yours", "reference", "the same as the reference", "… %d lines are the same", "… one line is the same"},
	"es": {"tuyo", "referencia", "igual que la referencia", "… %d líneas iguales", "… una línea igual"},
}

func (d Diff) words() diffWords {
	if w, known := diffInLanguage[d.Lang]; known {
		return w
	}
	return diffInLanguage["en"]
}

// Text returns what to show. Files that do not differ are named in a line each.
func (d Diff) Text(files []lessons.Comparison) string {
	var out strings.Builder
	words := d.words()
	for _, file := range files {
		if !file.Differs() {
			fmt.Fprintf(&out, "%s\n", d.paint(faint, file.File+": "+words.alike))
			continue
		}
		fmt.Fprintf(&out, "\n%s\n", d.paint(bold, file.File))
		if d.Width >= besides {
			d.beside(&out, file.Rows)
		} else {
			d.below(&out, file.Rows)
		}
	}
	return out.String()
}

func (d Diff) paint(colour int, s string) string {
	return (&Printer{colour: d.Colour}).paint(colour, s)
}

// gutter is what stands before a line's text: its number and its sign.
const gutter = 6

// beside writes the learner's lines on the left and the reference answer's on the right.
func (d Diff) beside(out *strings.Builder, rows []lessons.Row) {
	words := d.words()
	width := (d.Width - 3) / 2 // of one side, without the line between them
	head := func(s string) string { return d.paint(bold, pad(strings.Repeat(" ", gutter)+s, width)) }
	fmt.Fprintf(out, "%s │ %s\n", head(words.yours), strings.TrimRight(head(words.reference), " "))
	d.each(rows, func(skipped int) {
		fmt.Fprintf(out, "%s\n", d.paint(faint, pad(skippedLine(words, skipped), width)+" ┊"))
	}, func(row lessons.Row) {
		left := d.cell(row.Left, "-", red, row.Kind != lessons.Same, width)
		right := d.cell(row.Right, "+", green, row.Kind != lessons.Same, width)
		for i := range max(len(left), len(right)) {
			fmt.Fprintf(out, "%s │ %s\n", at(left, i, strings.Repeat(" ", width)), strings.TrimRight(at(right, i, ""), " "))
		}
	})
}

// cell returns a line of one side as lines of the terminal, each as wide as the side.
func (d Diff) cell(line lessons.Line, sign string, colour int, differs bool, width int) (cell []string) {
	if line.Number == 0 {
		return nil
	}
	if !differs {
		sign = " "
	}
	before := fmt.Sprintf("%4d%s ", line.Number, sign)
	for part := range strings.SplitSeq(ansi.Wrap(Printable(line.Text), max(width-gutter, 1), ""), "\n") {
		text := pad(before+part, width)
		if differs {
			text = d.paint(colour, text)
		}
		cell = append(cell, text)
		before = strings.Repeat(" ", 4) + sign + " "
	}
	return cell
}

// below writes a unified diff: what is the learner's alone before what is the reference answer's alone.
func (d Diff) below(out *strings.Builder, rows []lessons.Row) {
	words := d.words()
	fmt.Fprintf(out, "%s  %s\n", d.paint(red, "- "+words.yours), d.paint(green, "+ "+words.reference))
	var added []lessons.Line // of rows that follow each other, the right sides wait for the left sides
	write := func(line lessons.Line, sign string, colour int) {
		if line.Number == 0 {
			return
		}
		for part := range strings.SplitSeq(ansi.Wrap(Printable(line.Text), max(d.Width-2, 1), ""), "\n") {
			text := strings.TrimRight(sign+" "+part, " ")
			if colour != 0 {
				text = d.paint(colour, text)
			}
			fmt.Fprintln(out, text)
		}
	}
	flush := func() {
		for _, line := range added {
			write(line, "+", green)
		}
		added = nil
	}
	d.each(rows, func(skipped int) {
		flush()
		fmt.Fprintln(out, d.paint(faint, skippedLine(words, skipped)))
	}, func(row lessons.Row) {
		if row.Kind == lessons.Same {
			flush()
			write(row.Left, " ", 0)
			return
		}
		write(row.Left, "-", red)
		added = append(added, row.Right)
	})
	flush()
}

// each calls show for every row that differs or is near one, and skip for those between.
func (d Diff) each(rows []lessons.Row, skip func(n int), show func(lessons.Row)) {
	near := make([]bool, len(rows))
	for i, row := range rows {
		if row.Kind == lessons.Same {
			continue
		}
		for j := max(0, i-around); j < min(len(rows), i+around+1); j++ {
			near[j] = true
		}
	}
	skipped := 0
	for i, row := range rows {
		if !near[i] {
			skipped++
			continue
		}
		if skipped > 0 {
			skip(skipped)
			skipped = 0
		}
		show(row)
	}
	if skipped > 0 {
		skip(skipped)
	}
}

func skippedLine(w diffWords, n int) string {
	if n == 1 {
		return "      " + w.skippedOne
	}
	return "      " + fmt.Sprintf(w.skipped, n)
}

func at(cell []string, i int, otherwise string) string {
	if i < len(cell) {
		return cell[i]
	}
	return otherwise
}

// pad makes a text as wide as width, or leaves it where it is wider.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-ansi.StringWidth(s)))
}

// WantsColour tells whether out shows colours and somebody wants them.
func WantsColour(out io.Writer) bool { return wantsColour(out) }
