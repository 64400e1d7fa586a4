package course

import (
	"slices"
	"strings"
)

// Explain returns what [Printer] says of why a report is no pass: its problems, or the first test that
// failed and what is said below it. The lines have no indentation and no colours.
func (p *Printer) Explain(r Report) (test string, lines []string) {
	var text strings.Builder
	quiet := *p
	quiet.out, quiet.colour = &text, false
	if len(r.Problems) > 0 {
		for _, problem := range r.Problems {
			quiet.under(problem.String())
			quiet.forgotten(problem)
		}
	} else if i := slices.IndexFunc(r.Verdicts, func(v Verdict) bool { return !v.Passed }); i >= 0 {
		test = r.Verdicts[i].Test
		quiet.failure(r.Verdicts[i])
	}
	for line := range strings.Lines(text.String()) {
		lines = append(lines, printable(strings.TrimSpace(line)))
	}
	return test, lines
}

// Passes returns how many tests passed.
func (r Report) Passes() int { return r.passes() }
