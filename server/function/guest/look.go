package guest

import (
	"bytes"
	"cmp"
	"context"
	"regexp"
	"strconv"

	"wslab/server/function/frame"
	"wslab/server/function/guest/preempt"
	"wslab/server/gateway"
)

// look asks the calls that have not returned for a while what they wait for.
func (w *watch) look() {
	now := preempt.Now()
	w.mu.Lock()
	var late, long []*call
	for _, c := range w.calls {
		if !c.followed {
			c.followed = true
			long = append(long, c)
		}
		if age := now - c.begun; age >= c.asked {
			c.asked = 2 * age
			late = append(late, c)
		}
	}
	if w.looking = len(w.calls) > 0; w.looking {
		w.timer.Reset(lookEvery)
	}
	w.mu.Unlock()
	for _, c := range long {
		w.follow(c)
	}
	w.ask(late)
}

// follow notices when the client of a call that takes its time does not keep up: the call may be what
// floods it.
func (w *watch) follow(c *call) {
	if c.socket == nil {
		return
	}
	stop := context.AfterFunc(c.ctx, func() {
		if context.Cause(c.ctx) == error(gateway.TooSlow) {
			w.slow(c)
		}
	})
	w.mu.Lock()
	over := c.over
	c.unfollow = stop
	w.mu.Unlock()
	if over {
		stop()
	}
}

func (w *watch) ask(late []*call) {
	late = w.unknown(late)
	if len(late) == 0 {
		return
	}
	traces := preempt.Traces()
	for _, c := range late {
		if trace := traceOf(c.token, traces); trace != nil {
			w.judge(c, trace)
		}
	}
}

// unknown leaves out the calls of which everything is said.
func (w *watch) unknown(calls []*call) (left []*call) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range calls {
		if !w.noticed[c.key(frame.Blocked)] {
			left = append(left, c)
		}
	}
	return left
}

func (c *call) key(kind string) string { return kind + " " + c.what + " " + c.event }

// asking is how a trace shows a goroutine that waits for a client's answer, which has its own deadline.
var asking = []byte("gateway.(*Socket).ask(")

func (w *watch) judge(c *call, trace []byte) {
	state := preempt.State(trace)
	switch {
	case state == "running" || state == "runnable" || preempt.Waiting(trace) || bytes.Contains(trace, asking):
	case c.what == "New":
		w.die("New waits: "+state, trace)
	default:
		w.say(c, frame.Notice{Kind: frame.Blocked, State: state, Stack: string(trace)})
	}
}

// slow notices that the client of c did not keep up. The one who floods it may be another.
func (w *watch) slow(c *call) {
	w.mu.Lock()
	said := c.what == "" && w.noticed[frame.TooSlow]
	w.mu.Unlock()
	if said {
		return
	}
	traces := preempt.Traces()
	trace := traceOf(c.token, traces)
	for i := 0; trace == nil && i < len(traces); i++ {
		if preempt.Waiting(traces[i]) {
			trace = traces[i]
		}
	}
	switch running := w.callOf(trace); {
	case running != nil:
		c = running
	case trace == nil && c.what == "": // nobody is at it any more: the last is the best guess
		w.mu.Lock()
		c = cmp.Or(w.recent, c)
		w.mu.Unlock()
	}
	w.say(c, frame.Notice{Kind: frame.TooSlow, Stack: string(trace)})
}

// say says something of a call, once.
func (w *watch) say(c *call, n frame.Notice) {
	n.What, n.Event = c.what, c.event
	n.Stack = n.Stack[:min(len(n.Stack), maxStack)]
	w.mu.Lock()
	said := w.noticed[c.key(n.Kind)]
	w.noticed[c.key(n.Kind)], w.noticed[n.Kind] = true, true
	w.mu.Unlock()
	if !said {
		w.notice(n)
	}
}

// tokens is where traces show them.
var tokens = regexp.MustCompile(`guest\.calling\(0x([0-9a-f]+)`)

func tokenOf(trace []byte) (token uint32) {
	if m := tokens.FindSubmatch(trace); m != nil {
		n, _ := strconv.ParseUint(string(m[1]), 16, 32)
		token = uint32(n)
	}
	return token
}

func traceOf(token uint32, traces [][]byte) []byte {
	for _, trace := range traces {
		if token != 0 && tokenOf(trace) == token {
			return trace
		}
	}
	return nil
}

func (w *watch) callOf(trace []byte) *call {
	w.mu.Lock()
	defer w.mu.Unlock()
	token := tokenOf(trace)
	for _, c := range w.calls {
		if c.token == token {
			return c
		}
	}
	return nil
}

// name names what the goroutine with a trace does, for [preempt.Watch].
func name(trace []byte) string {
	if token := tokenOf(trace); token != 0 {
		return strconv.Itoa(int(token))
	}
	return ""
}

// endless ends the guest, whose goroutine with this trace will never let it rest.
func (w *watch) endless(trace []byte) {
	where := "a goroutine"
	if c := w.callOf(trace); c != nil {
		where = c.String()
	}
	w.die("endless loop in "+where, trace)
}
