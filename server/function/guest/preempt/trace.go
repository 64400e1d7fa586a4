package preempt

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
)

// End ends the program as Go does after a fatal error.
func End(reason string, trace []byte) {
	fmt.Fprintf(os.Stderr, "fatal error: %s\n\n%s\n", reason, trace)
	os.Exit(2)
}

// header begins the trace of a goroutine: its number and what it waits for.
var header = regexp.MustCompile(`^goroutine (\d+) (?:gp=\S+ m=\S+ (?:mp=\S+ )?)?\[([^\],]+)`)

// id returns the number of the goroutine with this trace.
func id(trace []byte) string {
	if m := header.FindSubmatch(trace); m != nil {
		return string(m[1])
	}
	return ""
}

// State returns what the goroutine with this trace waits for: "chan receive".
func State(trace []byte) string {
	if m := header.FindSubmatch(trace); m != nil {
		return string(bytes.TrimSuffix(m[2], []byte(" (durable)")))
	}
	return ""
}

// point is how a trace shows a goroutine that waits for its turn.
var point = []byte("guest/preempt.(*schedule).wait(")

// Waiting reports whether the goroutine with this trace waits for its next turn, and so for nothing
// of its own.
func Waiting(trace []byte) bool { return bytes.Contains(trace, point) }

// Traces returns the traces of all goroutines.
func Traces() [][]byte { return bytes.Split(stack(true), []byte("\n\n")) }
