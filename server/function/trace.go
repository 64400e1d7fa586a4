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

// module is the path of the module that functions are built in: the one this package belongs to.
const module = "wslab"

// frameLine is where a stack trace names a place, with the paths that -trimpath leaves.
var frameLine = regexp.MustCompile(`(?m)^\t(\S+\.go):(\d+)`)

// locate returns the place in the package's source that is nearest to the top of a stack trace.
func locate(trace, pkg string) (file string, line int) {
	if _, below, found := strings.Cut(trace, "\npanic("); found {
		trace = below // above it stands who looked at the stack
	}
	for _, m := range frameLine.FindAllStringSubmatch(trace, -1) {
		if strings.HasPrefix(m[1], pkg+"/") {
			line, _ = strconv.Atoi(m[2])
			return strings.TrimPrefix(m[1], module+"/"), line
		}
	}
	return "", 0
}

// survived is the problem of a panic that the gateway contained.
func survived(p frame.Panic, pkg string) Problem {
	file, line := locate(p.Stack, pkg)
	message := p.Message
	if p.Event != "" {
		message += fmt.Sprintf(" (in the handler of %q)", p.Event)
	} else if hook, found := strings.CutSuffix(p.What, " failed"); found {
		message += fmt.Sprintf(" (in %s)", hook)
	}
	return Problem{File: file, Line: line, Message: message, Trace: p.Stack}
}

// advice is the next thing to try, by a part of what Go says when a program is over.
var advice = []struct{ part, try string }{
	{"stack overflow", "does a function call itself without end?"},
	{"out of memory", "a function has 32 MiB: does something grow without end?"},
	{"cannot allocate memory", "a function has 32 MiB: does something grow without end?"},
	{"concurrent map", "two goroutines use one map: guard it with a sync.Mutex"},
	{"assignment to entry in nil map", "the map was never made: use make"},
}

// crash is the problem of a guest that ended by itself, with the trace that it printed.
func crash(err error, trace, pkg string, stall time.Duration) Problem {
	if errors.Is(err, wasi.ErrStalled) {
		return Problem{Message: fmt.Sprintf("a handler did not return for %v, so the function was stopped: is there a loop without an end?", stall)}
	}
	if errors.Is(err, errNotReady) {
		return Problem{Message: fmt.Sprintf("New did not return within %v: does it wait for something?", startTimeout)}
	}
	if trace == "" {
		return Problem{Message: ended(err)}
	}
	file, line := locate(trace, pkg)
	message, _, _ := strings.Cut(trace, "\n")
	for _, a := range advice {
		if strings.Contains(message, a.part) {
			message += " (" + a.try + ")"
			break
		}
	}
	return Problem{File: file, Line: line, Message: message, Trace: trace}
}

func ended(err error) string {
	var exit wasi.ExitError
	switch {
	case err == nil:
		return "the program ended: does it call os.Exit?"
	case errors.As(err, &exit):
		return fmt.Sprintf("the program ended with %v: does it call os.Exit or log.Fatal?", exit)
	}
	return "the program was ended: " + err.Error()
}
