package function

import (
	"fmt"
	"strings"
	"time"
)

// Phase says where a function is in its life.
type Phase string

// The phases of a function.
const (
	// Building: the source is being built and started; the version before it, if any, still answers.
	Building Phase = "building"
	// Running: the last source deployed answers.
	Running Phase = "running"
	// Broken: the last source deployed does not build or start; the version before it, if any, answers.
	Broken Phase = "broken"
	// Crashed: the guest has ended by itself. Its sockets stay open; the next connection or packet
	// starts it again.
	Crashed Phase = "crashed"
	// Stopped: the function is closed.
	Stopped Phase = "stopped"
)

// State is what there is to say about a function at a moment.
type State struct {
	Phase Phase
	// Version counts the sources that were built and started: it is the one that answers.
	Version int
	// Compiled reports whether the version runs as compiled code.
	Compiled bool
	// Serving reports whether clients are answered. In the phases Building and Broken the version
	// before may still do so.
	Serving bool
	// Problems are what is wrong with the last source deployed: why it does not build or start, or
	// the last thing that went wrong in it. They stay until the next source is deployed.
	Problems []Problem
	// Took is how long it took from Deploy to the version that answers.
	Took time.Duration
}

// Problem is something wrong with the function's source.
type Problem struct {
	Kind    Kind   // what kind of problem it is, for who says it in other words
	File    string // in the repository, with slashes; "" where it has no place
	Line    int    // from 1; 0 where there is none
	Column  int    // from 1; 0 where there is none
	Message string
	Trace   string // the stack of a panic, as Go prints it
}

func (p Problem) String() string {
	var b strings.Builder
	b.WriteString(p.File)
	for _, n := range []int{p.Line, p.Column} {
		if n > 0 {
			fmt.Fprintf(&b, ":%d", n)
		}
	}
	if b.Len() > 0 {
		b.WriteString(": ")
	}
	return b.String() + p.Message
}

// Error says why a source could not be deployed.
type Error struct{ Problems []Problem }

func (e *Error) Error() string {
	lines := make([]string, len(e.Problems))
	for i, p := range e.Problems {
		lines[i] = p.String()
	}
	return strings.Join(lines, "\n")
}

// Line is something that the function's code printed.
type Line struct {
	Time   time.Time
	Stream string // "stdout", "stderr" (log and slog write there), or "host" for what the host adds
	Text   string
}
