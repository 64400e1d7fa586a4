package function

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"wslab/server/function/frame"
	"wslab/server/function/wasi"
)

// frameLine is where Go's stack traces name a place, with the paths that -trimpath leaves.
var frameLine = regexp.MustCompile(`(?m)^\t(\S+\.go):(\d+)`)

// locate returns the place in the package's source that is nearest to the top of Go's stack trace.
func (s source) locate(trace string) (file string, line int) {
	if _, below, found := strings.Cut(trace, "\npanic("); found {
		trace = below // above it stands who looked at the stack
	}
	for _, m := range frameLine.FindAllStringSubmatch(trace, -1) {
		if strings.HasPrefix(m[1], s.pkg+"/") {
			line, _ = strconv.Atoi(m[2])
			return strings.TrimPrefix(m[1], module+"/"), line
		}
	}
	return "", 0
}

// survived is the problem of a panic that the gateway contained.
func (s source) survived(p frame.Panic) Problem {
	file, line := s.locate(p.Stack)
	where := strings.TrimSuffix(p.What, " failed")
	if p.Event != "" {
		where = fmt.Sprintf("the handler of %q", p.Event)
	}
	return Problem{File: file, Line: line, Message: fmt.Sprintf("%s (in %s)", p.Message, where), Trace: p.Stack}
}

// advice is the next thing to try, by a part of what is said when a program is over.
var advice = []struct{ part, try string }{
	{"stack overflow", "does a function call itself without end?"},
	{"out of memory", "a function has 32 MiB: does something grow without end?"},
	{"cannot allocate memory", "a function has 32 MiB: does something grow without end?"},
	{"concurrent map", "two goroutines use one map: guard it with a sync.Mutex"},
	{"nil map", "the map was never made: use make"},
}

func advise(message string) string {
	for _, a := range advice {
		if strings.Contains(message, a.part) {
			return message + " (" + a.try + ")"
		}
	}
	return message
}

// crash is the problem of a guest that ended by itself, with the trace that it printed, if any.
func (s source) crash(err error, trace string, stall time.Duration) Problem {
	var exit wasi.ExitError
	switch {
	case errors.Is(err, wasi.ErrStalled):
		return Problem{Message: fmt.Sprintf("a handler did not return for %v, so the function was stopped: is there a loop without an end?", stall)}
	case errors.Is(err, errNotReady):
		return Problem{Message: fmt.Sprintf("New did not return within %v: does it wait for something?", startTimeout)}
	case trace != "":
		file, line := s.locate(trace)
		message, _, _ := strings.Cut(trace, "\n")
		return Problem{File: file, Line: line, Message: advise(message), Trace: trace}
	case err == nil:
		return Problem{Message: "the program ended: does it call os.Exit?"}
	case errors.As(err, &exit):
		return Problem{Message: fmt.Sprintf("the program ended with %v: does it call os.Exit or log.Fatal?", exit)}
	}
	return s.trap(err.Error())
}
