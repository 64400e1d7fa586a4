package preempt

import "time"

const (
	// tick is how often it is looked who waits for a turn.
	tick = 40 * time.Millisecond
	// suspicion is after how many ticks in a row with somebody waiting it is asked who they are, and after
	// how many with nobody it is not any more. The answer takes a millisecond, so it is given only when
	// asked for.
	suspicion = 3
	// mostAsked is how often in a row it is asked.
	mostAsked = 5
	// limit is how long a goroutine may go on without waiting for anything but its turn, once there
	// is a suspicion.
	limit = time.Second
	// minSeen is how often it must have been seen so: on a busy machine time says little.
	minSeen = 12
	// forgiven is how many looks go for one that did not find it, as when it waited for memory.
	forgiven = 20
)

// Watch calls endless with the trace of a goroutine that runs without an end: whenever one looks, it
// waits for its next turn and for nothing else. Who names what the goroutine with a trace does: another
// name is a new beginning. While others come and go ([Progress]) it does not count what is nobody's,
// that is, what has no name: it may be their work.
func Watch(name func(trace []byte) string, endless func(trace []byte)) {
	w := &watcher{schedule: &turns, name: name, endless: endless, idles: idles, suspects: make(map[string]*suspect)}
	w.timer = time.AfterFunc(tick, w.tick)
	turns.mu.Lock()
	turns.waits = w.waits
	watching = w
	turns.mu.Unlock()
}

var watching *watcher

// Progress says that the work of a goroutine has begun or ended. Whoever works next has a turn before
// it. It returns the time, counted from some moment.
func Progress() time.Duration {
	now := Now()
	if watching != nil {
		watching.progress = true
		turns.begin(now)
	}
	return now
}

// Now returns the time, as Progress does.
func Now() time.Duration { return time.Since(turns.start) }

// A watcher looks again and again who waits for a turn, while anybody does.
type watcher struct {
	schedule *schedule
	name     func(trace []byte) string
	endless  func(trace []byte)
	idles    func() uint32 // how often nobody had anything to do

	timer    *time.Timer
	ticking  bool // what follows is guarded by the schedule's lock
	progress bool
	busy     int // ticks in a row with somebody waiting
	empty    int // ticks in a row with nobody waiting
	asked    int // how often since it was known who waits
	rested   uint32
	suspects map[string]*suspect
}

// A suspect is a goroutine at its work.
type suspect struct {
	since        time.Time
	seen, missed int
	present      bool // at the last look
}

func (w *watcher) waits() {
	if !w.ticking {
		w.ticking = true
		w.timer.Reset(tick)
	}
}

// tick looks.
func (w *watcher) tick() {
	w.schedule.mu.Lock()
	trace, next := w.look(time.Now())
	if w.ticking = w.empty < suspicion; w.ticking {
		w.timer.Reset(next)
	}
	w.schedule.mu.Unlock()
	if trace != nil {
		w.endless(trace)
	}
}

// look returns the trace of a goroutine that runs without an end, if there is one, and when to look
// again: soon, where somebody waits who has not said who it is.
func (w *watcher) look(now time.Time) (endless []byte, next time.Duration) {
	if rested := w.idles(); rested != w.rested { // who never waits leaves no time for that
		w.rested = rested
		clear(w.suspects)
	}
	if w.busy >= suspicion && !w.known() && w.asked < mostAsked {
		w.asked++
		w.schedule.identify = true
		return nil, turn
	}
	w.count(len(w.schedule.waiting) > 0)
	for waiter := range w.schedule.waiting {
		if waiter.stack != nil && w.suspect(waiter.stack, now) {
			endless = waiter.stack
		}
	}
	if w.known() {
		w.forget()
	}
	w.asked, w.schedule.identify, w.progress = 0, false, false
	return endless, tick
}

// known reports whether all who wait have said who they are.
func (w *watcher) known() bool {
	for waiter := range w.schedule.waiting {
		if waiter.stack == nil {
			return false
		}
	}
	return true
}

func (w *watcher) count(somebody bool) {
	if somebody {
		w.busy, w.empty = w.busy+1, 0
		return
	}
	if w.empty++; w.empty >= suspicion {
		w.busy = 0
	}
}

// suspect notes that a goroutine with this trace waits for its turn, and tells whether that is enough.
func (w *watcher) suspect(trace []byte, now time.Time) bool {
	goroutine, work := id(trace), w.name(trace)
	who := goroutine + " " + work
	s, known := w.suspects[who]
	if !known {
		s = &suspect{since: now}
		w.suspects[who] = s
	}
	s.present = true
	if work != "" || !w.progress {
		s.seen++
	}
	return s.seen >= minSeen && now.Sub(s.since) >= limit
}

// forget acquits who was found to wait for something else.
func (w *watcher) forget() {
	for who, s := range w.suspects {
		if !s.present {
			s.missed++
		}
		s.present = false
		if s.missed > 1+s.seen/forgiven {
			delete(w.suspects, who)
		}
	}
}
