package recovery_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"wslab/server/gateway"
)

// TestWhateverHappensEachMessageTakesEffectOnce plays random faults, each schedule of them from a number. To play one
// of them alone, set RECOVERY_SCHEDULE to its number; RECOVERY_SCHEDULES is how many there are.
func TestWhateverHappensEachMessageTakesEffectOnce(t *testing.T) {
	first, count := 1, schedules
	if n, err := strconv.Atoi(os.Getenv("RECOVERY_SCHEDULES")); err == nil {
		count = n
	}
	if n, err := strconv.Atoi(os.Getenv("RECOVERY_SCHEDULE")); err == nil {
		first, count = n, 1
	}
	log := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	defer slog.SetDefault(log)
	for seed := first; seed < first+count && !t.Failed(); seed++ {
		synctest.Test(t, func(t *testing.T) { play(t, uint64(seed)) })
	}
}

// A storm is one schedule of faults, and what people do meanwhile.
type storm struct {
	t      *testing.T
	seed   uint64
	random *rand.Rand
	server *server
	people []*person
	ends   time.Time // then the weather is fine

	mu    sync.Mutex
	lines []said
}

// said is a line that a person has said.
type said struct {
	person int
	text   string
}

// play plays one schedule.
func play(t *testing.T, seed uint64) {
	s := &storm{t: t, seed: seed, random: rand.New(rand.NewPCG(seed, 0)), ends: time.Now().Add(40 * time.Second)}
	s.server = &server{t: t, ns: gateway.NewNamespace(New)}
	ctx, over := context.WithCancel(t.Context())
	var all sync.WaitGroup
	for i := range 2 + s.random.IntN(4) {
		p := s.server.person(string(rune('A' + i)))
		if i > 0 { // the first has nothing but fine weather
			p.travel = func(connection int) weather { return s.weather(i, connection) }
		}
		s.people = append(s.people, p)
		waits, lines := s.own(i, 1), s.own(i, 2)
		all.Go(func() { p.stays(ctx, func() time.Duration { return time.Millisecond + upTo(waits, time.Second) }) })
		all.Go(func() { defer guard(t); s.speaks(ctx, i, lines) })
	}
	if s.random.IntN(3) == 0 {
		pause(ctx, upTo(s.random, 40*time.Second))
		s.server.ns.Disconnect(gateway.GoingAway)
	}
	pause(ctx, time.Until(s.ends)+45*time.Second)
	s.says(0, "the end") // who has not heard what came before it notices now
	pause(ctx, 20*time.Second)
	over()
	all.Wait()
	s.server.shut()
	s.judge()
}

// own is chance of its own for one thing that one person does, so that nobody's depends on who is first.
func (s *storm) own(person, what int) *rand.Rand {
	return rand.New(rand.NewPCG(s.seed, uint64(person+1)<<32|uint64(what)))
}

func upTo(r *rand.Rand, d time.Duration) time.Duration { return time.Duration(r.Int64N(int64(d))) }

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// speaks has a person say some lines, now and then more at once than the log keeps.
func (s *storm) speaks(ctx context.Context, person int, r *rand.Rand) {
	count := r.IntN(7)
	for i := range count {
		pause(ctx, upTo(r, 80*time.Second/7))
		more := 1
		if r.IntN(20) == 0 {
			more = Kept + 5
		}
		for j := range more {
			s.says(person, fmt.Sprintf("%s %d.%d", s.people[person].name, i, j))
		}
	}
}

func (s *storm) says(person int, text string) {
	s.mu.Lock()
	s.lines = append(s.lines, said{person, text})
	s.mu.Unlock()
	s.people[person].Say(text)
}

// weather is that of one connection of one person.
func (s *storm) weather(person, connection int) weather {
	r := s.own(person, 100+connection)
	kind, there, at, replayed := r.IntN(10), r.IntN(2) == 0, r.IntN(14), -1
	ways := map[bool]*rand.Rand{true: s.own(person, 10_000+connection), false: s.own(person, 20_000+connection)}
	var dark atomic.Bool
	return func(toServer bool, n int, text string) (f fate) {
		r := ways[toServer]
		f.slow = time.Millisecond + upTo(r, 50*time.Millisecond)
		bad, here := r.Float64(), toServer == there && n == at
		switch {
		case time.Now().After(s.ends):
		case kind == 0:
			f.before = here
		case kind == 1:
			f.after = here
		case kind == 2: // an answer is lost, and the connection with it
			f.before = !toServer && n >= at && strings.HasPrefix(text, `{"id"`)
		case kind == 3:
			f.lost = !toServer && n >= at && strings.HasPrefix(text, `{"id"`) && bad < .5
		case kind == 4: // half-open in one direction
			f.dark = here
		case kind == 5: // and in both
			f.dark = here || dark.Load()
			dark.Store(f.dark)
		case kind == 6:
			f.lost = bad < .1
		case kind == 7:
			f.double = bad < .3
		case kind == 8: // so slow that what was given up arrives
			f.slow = upTo(r, 2*time.Second)
			if toServer && bad < .1 {
				f.slow = upTo(r, 30*time.Second)
			}
		case !toServer: // the connection is cut during the replay
			if replayed >= 0 || strings.Contains(text, `"resumed"`) {
				replayed++
			}
			f.before, f.after = replayed == at && there, replayed == at && !there
		}
		return f
	}
}

// judge looks at what everyone has heard.
func (s *storm) judge() {
	log := s.people[0].heard // the first hears everything at once
	for i, m := range log {
		s.require(m.N == i+1, "numbers without gaps", "message %d after %d", m.N, i)
	}
	s.require(len(s.people[0].holes) == 0, "nothing is lost of who is always there", "something is")
	for _, p := range s.people {
		s.heard(p, log)
	}
	s.everyLineOnce(log)
}

// heard looks at what one person has heard: what is in the log, in its order, and without gaps but those it was told of.
func (s *storm) heard(p *person, log []Message) {
	before := 0
	for i, m := range p.heard {
		told := slices.Contains(p.holes, i)
		s.require(m.N == before+1 || told && m.N > before, "each message once, in order, or news of a loss", "message %d after %d, at %s", m.N, before, p.name)
		s.require(m.N <= len(log) && log[m.N-1] == m, "everyone hears the same", "something else at %s", p.name)
		before = m.N
	}
	s.require(before == len(log) || slices.Contains(p.holes, len(p.heard)), "everyone hears everything", "%s has heard up to %d of %d", p.name, before, len(log))
}

// everyLineOnce requires each line exactly once and in its sender's order; at most once, where its sender was told that it
// is in doubt.
func (s *storm) everyLineOnce(log []Message) {
	at, doubt := map[string][]int{}, map[string]bool{}
	for _, m := range log {
		at[m.Text] = append(at[m.Text], m.N)
	}
	for _, p := range s.people {
		for _, line := range p.doubt {
			doubt[line.Text] = true
		}
	}
	for _, p := range s.people {
		for key, n := range p.answers {
			s.require(n <= len(log) && log[max(n, 1)-1].Key == key, "the answer is the number of the message", "number %d at %s", n, p.name)
		}
	}
	last := map[int]int{}
	for _, line := range s.lines {
		times := at[line.text]
		s.require(len(times) <= 1, "each line takes effect once", "%q takes effect %d times", line.text, len(times))
		s.require(len(times) == 1 || doubt[line.text], "each line takes effect", "%q has none, and nobody was told", line.text)
		if len(times) == 1 {
			s.require(times[0] > last[line.person], "the order of who says them", "%q comes before the line that was said before it", line.text)
			last[line.person] = times[0]
		}
	}
}

func (s *storm) require(holds bool, want, got string, args ...any) {
	if !holds {
		s.t.Fatalf("expected: %s\n     got: %s\nschedule %d: to play it again, RECOVERY_SCHEDULE=%d go test -run TestWhateverHappens ./lessons/08-recovery",
			want, fmt.Sprintf(got, args...), s.seed, s.seed)
	}
}
