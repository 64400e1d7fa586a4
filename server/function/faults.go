package function

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"

	"wslab/server/function/frame"
	"wslab/server/function/wasi"
)

// Kind says what kind of problem something is, however its message is worded.
type Kind string

// The kinds of problems. Those of the go command have none.
const (
	// Panicked: the code panicked, in a handler, which the function survives, or elsewhere.
	Panicked Kind = "panic"
	// Fatal: Go's runtime has ended the program for another reason than those below.
	Fatal Kind = "fatal"
	// Looping: something runs without an end.
	Looping Kind = "loop"
	// Stalled: something ran without an end where it could not be found.
	Stalled Kind = "stalled"
	// Blocked: a handler or hook, or New, has not returned for a while, and waits.
	Blocked Kind = "blocked"
	// Recursing: a function calls itself without an end.
	Recursing Kind = "recursion"
	// OutOfMemory: the code needs more memory than a function has.
	OutOfMemory Kind = "memory"
	// SlowClient: the code sent a client more than it reads.
	SlowClient Kind = "slow_client"
	// Exited: the code ended the program.
	Exited Kind = "exit"
)

// The rest of this file is everything that is said of code that runs, in one place.

// known is what is said when a program is over, by a part of it, with the next thing to try.
var known = []struct {
	part string
	kind Kind
	try  string
}{
	{"stack overflow", Recursing, "does a function call itself without end?"},
	{"out of memory", OutOfMemory, "a function has 32 MiB: does something grow without end?"},
	{"cannot allocate memory", OutOfMemory, "a function has 32 MiB: does something grow without end?"},
	{"len out of range", "", "a function has 32 MiB of memory"},
	{"concurrent map", "", "two goroutines use one map: guard it with a sync.Mutex"},
	{"nil map", "", "the map was never made: use make"},
}

// diagnose gives p the kind that its message tells, and adds what to try.
func (p Problem) diagnose() Problem {
	for _, k := range known {
		if strings.Contains(p.Message, k.part) {
			p.Message += " (" + k.try + ")"
			if k.kind != "" {
				p.Kind = k.kind
			}
			return p
		}
	}
	return p
}

// waits says in other words what a goroutine waits for, by how Go's traces begin to say it.
var waits = []struct{ state, means string }{
	{"chan receive (nil", "to receive from a channel that is nil: was it never made?"},
	{"chan send (nil", "to send to a channel that is nil: was it never made?"},
	{"chan receive", "to receive from a channel: does anybody send to it, or close it?"},
	{"chan send", "to send to a channel: does anybody receive from it?"},
	{"select (no cases", "in a select without cases, which never ends"},
	{"select", "in a select: does any of its channels ever get something?"},
	{"sync.WaitGroup", "for a sync.WaitGroup: is a Done missing?"},
	{"sync.Cond", "for a sync.Cond: does anybody Signal?"},
	{"sync.", "for a lock that is held: is an Unlock missing, or does it lock twice?"},
	{"sleep", "in time.Sleep"},
}

func waiting(state string) string {
	for _, w := range waits {
		if strings.HasPrefix(state, w.state) {
			return w.means
		}
	}
	return "[" + state + "]"
}

// inMeantime says what does not happen while a hook or handler waits.
func inMeantime(what string) string {
	switch what {
	case "Authenticate":
		return "Until it returns, this client is not let in."
	case "OnDisconnect":
		return "Until it returns, this client is not gone."
	}
	return "Until it returns, this client's next events wait."
}

// named says what ran: "the handler of "say"".
func named(what, event string) string {
	switch {
	case what == "":
		return "something"
	case what == "handler" || event != "" && event != what:
		return fmt.Sprintf("the handler of %q", event)
	}
	return what
}

// fault is the problem of which the guest tells and that it survived.
func (s source) fault(f frame.Frame) (Problem, error) {
	if f.Kind == frame.Panicked {
		var p frame.Panic
		err := f.Unmarshal(&p)
		return s.survived(p), err
	}
	var n frame.Notice
	err := f.Unmarshal(&n)
	return s.noticed(n), err
}

// survived is the problem of a panic that the gateway contained.
func (s source) survived(p frame.Panic) Problem {
	problem := s.at(p.Stack)
	problem.Kind = Panicked
	problem.Message = fmt.Sprintf("%s (in %s)", p.Message, named(strings.TrimSuffix(p.What, " failed"), p.Event))
	return problem
}

func (s source) noticed(n frame.Notice) Problem {
	p := s.at(n.Stack)
	who := named(n.What, n.Event)
	if n.Kind == frame.TooSlow {
		p.Kind = SlowClient
		p.Message = fmt.Sprintf("a client was disconnected with 4408 because it does not read as fast as %s emits: "+
			"emit less, and stop when Emit returns an error", who)
		return p
	}
	p.Kind = Blocked
	p.Message = fmt.Sprintf("%s has not returned for a second: it waits %s %s", who, dotted(waiting(n.State)), inMeantime(n.What))
	return p
}

func dotted(sentence string) string {
	if strings.HasSuffix(sentence, "?") {
		return sentence
	}
	return sentence + "."
}

// at is a problem at the place that a trace tells.
func (s source) at(trace string) Problem {
	p := Problem{Trace: trace}
	p.File, p.Line = s.locate(trace)
	return p
}

// What the guest says when it ends itself.
var (
	endless = regexp.MustCompile(`^fatal error: endless loop in (.*)$`)
	newHung = regexp.MustCompile(`^fatal error: New waits: (.*)$`)
)

// crash is the problem of a guest that ended by itself, with the trace that it printed, if any.
func (s source) crash(err error, trace string, stall time.Duration) Problem {
	var exit wasi.ExitError
	switch {
	case errors.Is(err, wasi.ErrStalled):
		return Problem{Kind: Stalled, Message: fmt.Sprintf("something ran for %v without letting others run, so the function was stopped: is there a loop without an end?", stall)}
	case errors.Is(err, errNotReady):
		return Problem{Kind: Blocked, Message: fmt.Sprintf("New did not return within %v: does it wait for something?", startTimeout)}
	case trace != "":
		return s.fatal(trace)
	case err == nil:
		return Problem{Kind: Exited, Message: "the program ended: does it call os.Exit?"}
	case errors.As(err, &exit):
		return Problem{Kind: Exited, Message: fmt.Sprintf("the program ended with %v: does it call os.Exit or log.Fatal?", exit)}
	}
	return s.trap(err.Error())
}

// fatal is the problem of a guest that printed its last words and a trace.
func (s source) fatal(trace string) Problem {
	p := s.at(trace)
	p.Message, _, _ = strings.Cut(trace, "\n")
	if m := endless.FindStringSubmatch(p.Message); m != nil {
		p.Kind = Looping
		p.Message = m[1] + " ran for a second without ever waiting, so the function was stopped: is there a loop without an end?"
		return p
	}
	if m := newHung.FindStringSubmatch(p.Message); m != nil {
		p.Kind = Blocked
		p.Message = "New has not returned for a second: it waits " + waiting(m[1])
		return p
	}
	p.Kind = Fatal
	if strings.HasPrefix(p.Message, "panic: ") {
		p.Kind = Panicked
	}
	return p.diagnose()
}
