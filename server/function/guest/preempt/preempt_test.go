package preempt

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

func newSchedule() *schedule {
	return &schedule{start: time.Now(), polls: polls, waiting: make(map[*waiter]struct{})}
}

func TestWhoseTurnIsOverWaitsUntilTheOthersHaveHadTheirs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSchedule()
		s.point()
		require.Empty(t, s.waiting, "the turn has just begun")
		time.Sleep(turn)
		over := make(chan time.Duration)
		go func() {
			s.point()
			over <- time.Since(s.start)
		}()
		synctest.Wait()
		require.Len(t, s.waiting, 1)
		go func() {
			time.Sleep(rest / 2)
			s.wait() // whoever waits last decides
		}()
		require.Equal(t, turn+rest/2+rest, <-over)
	})
}

func TestTheRestIsAsLongAsTheSchedulerNeedsToLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSchedule()
		s.polls = func() uint32 { return uint32(time.Since(s.start) / time.Millisecond) }
		s.wait()
		require.Equal(t, 7*rest, time.Since(s.start), "200, 400 and 800 µs")
		s.polls = func() uint32 { return 0 }
		begun := time.Now()
		s.wait()
		require.Less(t, time.Since(begun), 3*maxRest, "it does not wait for ever")
		require.Equal(t, maxRest-maxRest/16, s.rest)
		s.polls = polls
		for range 100 {
			s.wait()
		}
		require.Equal(t, rest, s.rest)
	})
}

func TestTheClockIsLookedAtAboutOnceInAMillisecond(t *testing.T) {
	s := newSchedule()
	for range 20 {
		s.adapt(time.Microsecond)
	}
	require.Equal(t, mostPoints, s.every, "a tight loop")
	s.adapt(64 * glance)
	require.Equal(t, mostPoints/64, s.every, "a slow one")
	s.adapt(glance)
	require.Equal(t, mostPoints/64, s.every)
	s.adapt(time.Hour)
	require.Zero(t, s.every)
}

const (
	ana = "goroutine 7 [chan receive]:\nana"
	bob = "goroutine 8 [chan receive]:\nbob"
)

// look lets w look at goroutines with these traces, one tick after the last time.
func look(w *watcher, now *time.Time, traces ...string) string {
	*now = now.Add(tick)
	for {
		clear(w.schedule.waiting)
		for _, trace := range traces {
			waiter := &waiter{}
			if w.schedule.identify {
				waiter.stack = []byte(trace)
			}
			w.schedule.waiting[waiter] = struct{}{}
		}
		endless, next := w.look(*now)
		if next == tick {
			return string(endless)
		}
		*now = now.Add(next)
	}
}

func newWatcher(name string) *watcher {
	return &watcher{
		schedule: newSchedule(),
		name:     func([]byte) string { return name },
		idles:    func() uint32 { return 0 },
		suspects: make(map[string]*suspect),
	}
}

func TestWhoNeverWaitsForAnythingButItsTurnIsFoundAfterASecond(t *testing.T) {
	w, now := newWatcher(""), time.Now()
	begun := now
	for found := ""; found == ""; {
		require.Less(t, now.Sub(begun), 2*time.Second)
		found = look(w, &now, ana)
		require.Contains(t, []string{"", ana}, found)
	}
	require.GreaterOrEqual(t, now.Sub(begun), limit)
}

func TestWhoWaitsForSomethingElseAtTimesIsNotFound(t *testing.T) {
	w, now := newWatcher(""), time.Now()
	for i := range 1000 {
		traces := []string{bob, ana}
		if i%4 == 0 {
			traces = traces[1:]
		}
		if i%5 == 0 {
			traces = traces[:len(traces)-1]
		}
		require.Empty(t, look(w, &now, traces...))
	}
}

func TestNobodyLoopsWhereThereIsNothingToDoAtTimes(t *testing.T) {
	w, now := newWatcher("a handler"), time.Now()
	looks := uint32(0)
	w.idles = func() uint32 { looks++; return looks / 20 }
	for range 1000 {
		require.Empty(t, look(w, &now, ana))
	}
}

func TestAMissInSeveralLooksIsForgiven(t *testing.T) {
	w, now := newWatcher(""), time.Now()
	found := ""
	for i := 0; i < 80 && found == ""; i++ {
		if i%30 == 29 {
			require.Empty(t, look(w, &now))
			continue
		}
		found = look(w, &now, ana)
	}
	require.Equal(t, ana, found)
}

func TestEveryPieceOfWorkIsANewBeginning(t *testing.T) {
	w, now := newWatcher(""), time.Now()
	work := "0"
	w.name = func([]byte) string { return work }
	for i := range 1000 {
		work = time.Duration(i / 20).String()
		require.Empty(t, look(w, &now, ana))
	}
}

func TestAGoroutineThatMayDoWhatOthersWantIsLeftAlone(t *testing.T) {
	w, now := newWatcher(""), time.Now()
	for range 1000 {
		w.progress = true
		require.Empty(t, look(w, &now, ana))
	}
}

func TestWhatHasANameIsFoundAlthoughOthersComeAndGo(t *testing.T) {
	w, now := newWatcher("a handler"), time.Now()
	found := ""
	for i := 0; i < 80 && found == ""; i++ {
		w.progress = true
		found = look(w, &now, ana)
	}
	require.Equal(t, ana, found)
}

func TestItIsAskedWhoWaitsOnlyWhereSomebodyAlwaysDoes(t *testing.T) {
	w, now := newWatcher(""), time.Now()
	for range 100 {
		for _, somebody := range []bool{true, true, false, false, false} {
			clear(w.schedule.waiting)
			if somebody {
				w.schedule.waiting[&waiter{}] = struct{}{}
			}
			now = now.Add(tick)
			w.look(now)
			require.False(t, w.schedule.identify)
		}
	}
	w.schedule.waiting[&waiter{}] = struct{}{}
	asked := 0
	for range 100 {
		if _, next := w.look(now); next == turn {
			require.True(t, w.schedule.identify)
			asked++
		}
	}
	require.InDelta(t, 100*mostAsked/(mostAsked+1), asked, 5, "who does not answer is not asked for ever")
}

func TestATraceTellsWhatItsGoroutineWaitsFor(t *testing.T) {
	for trace, state := range map[string]string{
		"goroutine 7 [chan receive]:\nx":                              "chan receive",
		"goroutine 7 [select (no cases), 2 minutes]:\nx":              "select (no cases)",
		"goroutine 7 [sync.Mutex.Lock]:\nx":                           "sync.Mutex.Lock",
		"goroutine 7 [chan send (durable), synctest bubble 1]:\nx":    "chan send",
		"goroutine 7 gp=0x1 m=nil [chan receive (nil chan)]:\nx":      "chan receive (nil chan)",
		"goroutine 7 gp=0x1 m=0 mp=0x2 [running, locked to thread]:x": "running",
	} {
		require.Equal(t, state, State([]byte(trace)))
		require.Equal(t, "7", id([]byte(trace)))
	}
	require.Empty(t, State([]byte("panic: x")))
}

func TestATraceTellsWhetherItsGoroutineWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSchedule()
		go s.wait()
		synctest.Wait()
		waiting := 0
		for _, trace := range Traces() {
			if Waiting(trace) {
				waiting++
			}
		}
		require.Equal(t, 1, waiting)
		time.Sleep(rest)
	})
}
