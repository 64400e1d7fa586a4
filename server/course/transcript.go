package course

import (
	"regexp"
	"strings"
)

// A transcriptReader makes sense of what one test printed: what was expected and what came, where,
// what crashed, and what the code itself printed.
type transcriptReader struct {
	repo    Repo
	suspect string // the folder of the code under test: where a crash is looked for first
	verdict *Verdict
}

var (
	entryLine  = regexp.MustCompile(`^ {4}(\S.*\.go):(\d+): ?(.*)$`)
	resultLine = regexp.MustCompile(`^ *--- (PASS|FAIL|SKIP): `)
	crashLine  = regexp.MustCompile(`(?m)^(panic: |fatal error: |WARNING: DATA RACE)`)
	crashNoise = regexp.MustCompile(` \[recovered.*\]`)
	frameLine  = regexp.MustCompile(`(?m)^ *\t? *(\S.*\.go):(\d+)(?: \+0x[0-9a-f]+)?\r?$`)
)

// What gatewaytest writes before the gateway's own log and panics.
const (
	logEntry   = "the gateway's log: "
	panicEntry = "the gateway's code: "
)

// An entry is one t.Log or t.Error.
type entry struct {
	file, line string
	text       string
}

func (t *transcriptReader) read(text string) {
	if at := crashLine.FindStringIndex(text); at != nil {
		t.crash(text[at[0]:])
		if !strings.HasPrefix(text[at[0]:], "WARNING") { // nothing but traces comes after
			text = text[:at[0]]
		}
	}
	var open *entry
	inRace := false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		m := entryLine.FindStringSubmatch(line)
		switch {
		case line == "==================":
			inRace = !inRace
		case inRace:
		case m != nil:
			t.close(open)
			open = &entry{m[1], m[2], m[3]}
		case open != nil && strings.HasPrefix(line, "        "):
			open.text += "\n" + line[8:]
		default:
			t.close(open)
			open = nil
			t.print(line)
		}
	}
	t.close(open)
}

// print keeps a line that the code printed.
func (t *transcriptReader) print(line string) {
	if line != "" && !strings.HasPrefix(line, "=== ") && !resultLine.MatchString(line) {
		t.keep(line)
	}
}

// mostPrinted are how many lines that the code printed are kept of a test. Only its first ones are shown.
const mostPrinted = 200

func (t *transcriptReader) keep(line string) {
	if v := t.verdict; len(v.Printed) < mostPrinted {
		v.Printed = append(v.Printed, line)
	}
}

// close files an entry that is complete.
func (t *transcriptReader) close(e *entry) {
	v := t.verdict
	switch {
	case e == nil:
	case strings.HasPrefix(e.text, logEntry):
		t.keep(strings.TrimPrefix(e.text, logEntry))
	case strings.HasPrefix(e.text, panicEntry):
		if v.Crash == nil {
			v.Crash = t.contained(strings.TrimPrefix(e.text, panicEntry))
		}
	case v.Passed || v.Where != "":
	default:
		v.Message, v.Expected, v.Got = understood(e.text)
		v.Where = t.repo.place(e.file, e.line).Place()
	}
}

// contained reads a panic that the gateway survived: "panic: boom\n\tat FILE:LINE".
func (t *transcriptReader) contained(text string) *Problem {
	message, site, _ := strings.Cut(text, "\n\tat ")
	p := Problem{Message: message}
	if file, line, found := cutLast(strings.TrimSpace(site), ":"); found {
		p = t.repo.place(file, line)
		p.Message = message
	}
	return &p
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

// crash reads the death of a binary, or a data race: a message and the traces of goroutines.
func (t *transcriptReader) crash(text string) {
	first, traces, _ := strings.Cut(text, "\n")
	p := t.culprit(traces)
	p.Message = crashNoise.ReplaceAllString(strings.TrimSpace(first), "")
	t.verdict.Crash = &p
}

// culprit is the first frame in the code under test, or else the first in this repository.
func (t *transcriptReader) culprit(traces string) (p Problem) {
	for _, m := range frameLine.FindAllStringSubmatch(traces, -1) {
		if strings.HasPrefix(m[1], t.suspect) {
			return t.repo.place(m[1], m[2])
		}
		if p.File == "" && strings.HasPrefix(m[1], t.repo.Root) {
			p = t.repo.place(m[1], m[2])
		}
	}
	return p
}
