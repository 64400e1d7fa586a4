// Package progress is what a learner has done, kept in one text file: a fact a line, such as
//
//	connection 4f2a9c10d3e8 hint 2 2026-11-24T13:59:00Z
//
// A fact names the lesson by its id, which survives renames and reorderings, and by the contract that
// it was worked on: when the lesson's tests change, what was done before no longer counts as done. The
// file is only ever appended to, and the order of its lines says nothing, nor how often they are
// there. So the progress of two machines is merged by putting both files one after the other, and a
// conflict that git has left in the file is no harm.
package progress

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// What is the kind of a [Fact].
type What string

// What a learner does.
const (
	Passed What = "passed" // the lesson's tests passed on the learner's text
	Hint   What = "hint"   // a hint was revealed
	Shown  What = "shown"  // the answer was shown
)

// A Fact is one thing that happened, once and for all.
type Fact struct {
	Lesson   string // the lesson's id
	Contract string // the hash of what the lesson asks for
	What     What
	Number   int // of a hint, from 1
	At       time.Time
}

// String is the fact as a line of the file.
func (f Fact) String() string {
	what := string(f.What)
	if f.What == Hint {
		what += " " + strconv.Itoa(f.Number)
	}
	return fmt.Sprintf("%s %s %s %s", f.Lesson, f.Contract, what, f.At.UTC().Format(layout))
}

const layout = "2006-01-02T15:04:05Z"

// A Log is what a file says.
type Log struct {
	Facts   []Fact
	Damaged []Line // what is no fact
}

// A Line is a line of the file that says nothing.
type Line struct {
	Number int // from 1
	Text   string
}

// Parse reads the text of a file. Every line stands for itself: one that is damaged takes nothing from
// the others.
func Parse(text []byte) (log Log) {
	text = bytes.TrimPrefix(text, []byte("\ufeff")) // an editor on Windows may have left it
	number := 0
	for line := range strings.Lines(string(text)) {
		number++
		line = strings.TrimSpace(line)
		if fact, ok := parse(line); ok {
			log.Facts = append(log.Facts, fact)
		} else if !silent(line) {
			log.Damaged = append(log.Damaged, Line{number, line})
		}
	}
	return log
}

// silent tells whether a line means to say nothing: a comment, or what git puts around a conflict.
func silent(line string) bool {
	if line == "" || line[0] == '#' {
		return true
	}
	return slices.ContainsFunc([]string{"<<<<<<<", "|||||||", "=======", ">>>>>>>"}, func(marker string) bool {
		return strings.HasPrefix(line, marker)
	})
}

func parse(line string) (Fact, bool) {
	if silent(line) {
		return Fact{}, false
	}
	fields := strings.Fields(line)
	f := Fact{}
	if len(fields) < 4 {
		return f, false
	}
	at, err := time.Parse(layout, fields[len(fields)-1])
	if err != nil {
		return f, false
	}
	f = Fact{Lesson: fields[0], Contract: fields[1], What: What(fields[2]), At: at.Truncate(time.Second)}
	switch f.What {
	case Passed, Shown:
		return f, len(fields) == 4
	case Hint:
		f.Number, err = strconv.Atoi(fields[3])
		return f, len(fields) == 5 && err == nil && f.Number > 0
	}
	return f, false
}
