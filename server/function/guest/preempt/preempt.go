// Package preempt makes a guest's goroutines take turns. WebAssembly has one thread, and there Go
// cannot interrupt a goroutine that does not call the scheduler: a loop without an end would keep
// timers, other handlers and the host's frames waiting for ever. So the build puts a call of [Point]
// into every loop and function of the learner's code. It gives the goroutine a turn of 5 ms, and then
// lets it wait until all others have had theirs, as Go does where it can.
//
// [Watch] finds the goroutines that never wait for anything else.
package preempt

import (
	"runtime"
	"sync"
	"time"
)

const (
	// glance is how long it takes, about, from one look at the clock to the next. A look costs as much
	// as 30 rounds of an empty loop.
	glance = time.Millisecond
	// mostPoints is how many points pass at most without a look.
	mostPoints = 256
	// turn is how long a goroutine may run while others wait.
	turn = 5 * time.Millisecond
	// longTurn is the turn of a goroutine whose calls are nested deeply. Where that has no end, WebAssembly
	// runs out of stack in some milliseconds; but a goroutine that waited has the whole of Go's to fill,
	// which takes many seconds.
	longTurn = 200 * time.Millisecond
	// rest is how long nobody runs, unless there is other work: as long as the scheduler needs to look at
	// its descriptors. It does that only where no timer is due, and may need longer on a busy machine.
	rest    = 200 * time.Microsecond
	maxRest = 4 * time.Millisecond
)

// left is how many points may pass until then. It is used without a lock: a guest has one thread.
var left int

// Point is where the goroutine may have to wait for its next turn.
func Point() {
	if left--; left < 0 {
		turns.point()
	}
}

// Resumed says that this goroutine has waited for something else, or may have: its turn begins. Without
// it, whoever has waited for a while is at the end of a turn that was not its own.
func Resumed() {
	if watching != nil {
		turns.began = time.Since(turns.start)
	}
}

var turns = schedule{start: time.Now(), polls: polls, waiting: make(map[*waiter]struct{})}

// A schedule knows whose turn is over.
type schedule struct {
	start time.Time
	began time.Duration // when the present turn began
	last  time.Duration // when the clock was looked at last
	every int           // how many points pass without a look
	polls func() uint32

	mu       sync.Mutex
	gate     chan struct{} // closed when those who wait may go on; nil while nobody waits
	opening  *time.Timer
	rest     time.Duration
	polled   uint32 // the scheduler's looks before the last waiter began to wait
	waiting  map[*waiter]struct{}
	identify bool   // who begins to wait shall say where it is
	waits    func() // is called, with the lock held, when somebody waits
}

// A waiter is a goroutine whose turn is over.
type waiter struct {
	stack []byte // where it is, if that was asked for
}

// begin begins a turn.
func (s *schedule) begin(now time.Duration) {
	s.began, s.last, left = now, now, s.every
}

func (s *schedule) point() {
	now := time.Since(s.start)
	s.adapt(now - s.last)
	if now-s.began < turn {
		s.last, left = now, s.every
		return
	}
	if deep() {
		s.begin(now + longTurn - turn)
		return
	}
	s.began = now // whoever runs meanwhile has a turn, too
	s.wait()
	s.begin(time.Since(s.start))
}

// adapt chooses how many points may pass: some loops need a millisecond for a round.
func (s *schedule) adapt(passed time.Duration) {
	switch {
	case passed > 2*glance:
		s.every = int(time.Duration(s.every) * glance / passed)
	case passed < glance/2:
		s.every = min(2*s.every+1, mostPoints)
	}
}

// wait lets all others run that can, and the scheduler look for what has come in.
func (s *schedule) wait() {
	w := &waiter{}
	s.mu.Lock()
	if s.identify {
		w.stack = stack(false)
	}
	if s.gate == nil {
		s.gate = make(chan struct{})
	}
	gate := s.gate
	s.waiting[w] = struct{}{}
	if s.opening == nil {
		s.rest = rest
		s.opening = time.AfterFunc(s.rest, s.open)
	} else {
		s.opening.Reset(s.rest) // whoever waits last decides: until then somebody runs
	}
	s.polled = s.polls()
	if s.waits != nil {
		s.waits()
	}
	s.mu.Unlock()
	<-gate
	s.mu.Lock()
	delete(s.waiting, w)
	s.mu.Unlock()
}

// open lets those who wait go on, unless the scheduler has not looked: then the rest was too short.
func (s *schedule) open() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.polls() == s.polled && s.rest < maxRest {
		s.rest = min(2*s.rest, maxRest)
		s.opening.Reset(s.rest)
		return
	}
	s.rest = max(s.rest-s.rest/16, rest)
	if s.gate != nil {
		close(s.gate)
		s.gate = nil
	}
}

// deep reports whether this goroutine's calls are nested deeply.
func deep() bool {
	var calls [256]uintptr
	return runtime.Callers(0, calls[:]) == len(calls)
}

// maxStack bounds a trace. The learner's code is near the top of a goroutine's.
const maxStack = 1 << 20

// stack returns the trace of this goroutine, or of all.
func stack(all bool) []byte {
	for size := 8 << 10; ; size *= 4 {
		trace := make([]byte, size)
		if n := runtime.Stack(trace, all); n < size || size >= maxStack {
			return trace[:n]
		}
	}
}
