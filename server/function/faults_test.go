package function

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/function/frame"
)

// faultsFile has the fixture's faults that nobody sees.
const faultsFile = learner + "/faults.go"

// place is where the fixture has this text.
func (l *lab) place(text string) (file string, line int) {
	l.t.Helper()
	for _, file := range []string{fixtureFile, faultsFile} {
		source, err := os.ReadFile(filepath.Join(l.root, file))
		require.NoError(l.t, err)
		if before, _, found := strings.Cut(string(source), text); found {
			return file, 1 + strings.Count(before, "\n")
		}
	}
	require.FailNow(l.t, "not in the fixture", text)
	return "", 0
}

// inTime is how long a problem may take until it is told. This machine may be busy: what is aimed at
// is two seconds.
const inTime = 15 * time.Second

// provoke sends an event, and returns the problem that follows.
func provoke(t *testing.T, l *lab, event string) Problem {
	t.Helper()
	c := welcome(t, l, "v1")
	before := l.State().Problems
	sent := time.Now()
	c.send(`{"event":"` + event + `"}`)
	s := l.expectState(func(s State) bool { return len(s.Problems) > 0 && !slices.Equal(s.Problems, before) })
	took := time.Since(sent)
	t.Logf("%-13s %-11s after %4d ms: %v", event, s.Problems[0].Kind, took.Milliseconds(), s.Problems[0])
	require.Less(t, took, inTime)
	return s.Problems[0]
}

func TestWhateverGoesWrongIsToldWithItsPlace(t *testing.T) {
	for _, c := range []struct {
		event string
		kind  Kind
		place string
		says  string
	}{
		{"panic", Panicked, "the line that panics", `in the handler of "panic"`},
		{"goroutine", Panicked, "the line that panics", "assignment to entry in nil map"},
		{"recurse", Recursing, "func deeper", "does a function call itself"},
		{"hog", OutOfMemory, "1<<30", "32 MiB"},
		{"receive", Blocked, "waits to receive", `the handler of "receive" has not returned for a second: it waits to receive`},
		{"send", Blocked, "waits to send", "does anybody receive"},
		{"lock", Blocked, "waits for itself", "is an Unlock missing"},
		{"sleep", Blocked, "sleeps", "in time.Sleep"},
		{"never", Blocked, "select {}", "a select without cases"},
		{"spin", Looping, "for {\n\t\t\t\t}", `the handler of "spin" ran for a second`},
		{"background", Looping, "in the background", "a goroutine ran for a second"},
		{"fib", Looping, "func fib", `the handler of "fib"`},
		{"goto", Looping, "goes back", `the handler of "goto"`},
		{"exit", Exited, "", "exit status 3"},
	} {
		t.Run(c.event, func(t *testing.T) {
			l := shared(t)
			p := provoke(t, l, c.event)
			require.Equal(t, c.kind, p.Kind)
			require.Contains(t, p.Message, c.says)
			if c.place != "" {
				file, line := l.place(c.place)
				require.Equal(t, file, p.File)
				require.Equal(t, line, p.Line)
			}
		})
	}
}

func TestMemoryThatGrowsWithoutEndIsToldWithItsPlace(t *testing.T) {
	l := shared(t)
	p := provoke(t, l, "grow")
	require.Contains(t, []Kind{Looping, OutOfMemory}, p.Kind, "whichever is first")
	_, line := l.place("// grows")
	require.InDelta(t, line, p.Line, 1)
}

// A client that reads takes all, so that the flood is a loop as any other.
func TestAFloodForAClientThatReadsIsAnEndlessLoop(t *testing.T) {
	l := shared(t)
	c := welcome(t, l, "v1")
	sent := time.Now()
	c.send(`{"event":"flood"}`)
	go func() {
		for {
			if _, err := c.next(); err != nil {
				return
			}
		}
	}()
	p := l.expectState(func(s State) bool { return s.Phase == Crashed }).Problems[0]
	t.Logf("flood %v after %v: %v", p.Kind, time.Since(sent), p)
	require.Equal(t, Looping, p.Kind)
	_, line := l.place("// floods\n")
	require.Equal(t, line, p.Line)
}

func TestAFileThatCannotBeOpenedIsExplained(t *testing.T) {
	l := shared(t)
	welcome(t, l, "v1").send(`{"event":"fail"}`)
	for {
		select {
		case line := <-l.lines:
			if strings.Contains(line.Text, "notes.txt") {
				require.Contains(t, line.Text, "event=fail")
				require.Contains(t, line.Text, `why="a function has no files and no network"`)
				return
			}
		case <-time.After(deadline):
			require.FailNow(t, "nothing was said")
		}
	}
}

func TestALoopInsideALibraryIsStopped(t *testing.T) {
	l := newLab(t, "unruly")
	l.options.Stall = DefaultStall
	require.NoError(t, l.Deploy(t.Context()))
	p := provoke(t, l, "power")
	require.Equal(t, Stalled, p.Kind)
	require.Contains(t, p.Message, DefaultStall.String())
}

func TestANewThatNeverReturnsIsToldWithItsPlace(t *testing.T) {
	for statement, kind := range map[string]Kind{"for {\n\t}": Looping, "select {}": Blocked, "<-empty": Blocked} {
		l := newLab(t, "unruly")
		l.edit("	return gateway.Gateway{\n\t\tOnConnect", "\t"+statement+"\n\treturn gateway.Gateway{\n\t\tOnConnect")
		require.Error(t, l.Deploy(t.Context()))
		s := l.State()
		t.Log(s.Problems[0])
		require.Equal(t, Broken, s.Phase)
		require.Equal(t, kind, s.Problems[0].Kind, statement)
		_, line := l.place("\t" + statement + "\n\treturn gateway.Gateway{\n\t\tOnConnect")
		require.Equal(t, line, s.Problems[0].Line, statement)
	}
}

func TestOthersAreAnsweredWhileAHandlerLoops(t *testing.T) {
	l := shared(t)
	ana, bob := welcome(t, l, "v1"), welcome(t, l, "v1")
	ana.send(`{"event":"spin"}`)
	answered := 0
	for sent := time.Now(); time.Since(sent) < 500*time.Millisecond; answered++ {
		require.Equal(t, "hello", bob.call("echo", "hello"))
	}
	t.Log(answered, "answers in half a second")
	l.expectState(func(s State) bool { return s.Phase == Crashed })
}

// What only has much to do is left alone.
func TestABusyFunctionIsNotStopped(t *testing.T) {
	l := shared(t)
	before := l.State().Problems
	setup := welcome(t, l, "v1")
	setup.call("hub", "")
	setup.call("ticker", "")
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Second)
	defer cancel()
	var all sync.WaitGroup
	var answers [3]int
	for i, event := range []string{"busy", "to hub", "echo"} {
		c := welcome(t, l, "v1")
		all.Go(func() {
			for ; ctx.Err() == nil; answers[i]++ {
				c.call(event, "")
			}
		})
	}
	all.Wait()
	t.Log("answers:", answers)
	s := l.State()
	require.Equal(t, Running, s.Phase)
	require.Equal(t, before, s.Problems)
}

// As many functions loop as there are cores, with as many threads for Go as the app gives it.
func TestAnotherFunctionAnswersWhileAllCoresLoop(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(4 * runtime.NumCPU()))
	c := welcome(t, running(t, "unruly"), "v1")
	var looping []*lab
	for range runtime.NumCPU() {
		l := running(t, "unruly")
		welcome(t, l, "v1").send(`{"event":"spin"}`)
		looping = append(looping, l)
	}
	var took []time.Duration
	for slices.ContainsFunc(looping, func(l *lab) bool { return l.State().Phase == Running }) {
		sent := time.Now()
		require.Equal(t, "hello", c.call("echo", "hello"))
		took = append(took, time.Since(sent))
	}
	slices.Sort(took)
	t.Logf("%d loops, %d answers: median %v, 99 of 100 within %v, max %v", runtime.NumCPU(), len(took),
		took[len(took)/2], took[len(took)*99/100], took[len(took)-1])
	require.Less(t, took[len(took)/2], 250*time.Millisecond)
}

func TestWhoFloodsAClientIsTold(t *testing.T) {
	p := source{"", "wslab/" + learner}.noticed(frame.Notice{
		Kind: frame.TooSlow, What: "handler", Event: "say",
		Stack: "goroutine 7 [runnable]:\nwslab/" + learner + ".New.func1()\n\twslab/" + fixtureFile + ":12 +0x1\n",
	})
	require.Equal(t, SlowClient, p.Kind)
	require.Equal(t, fixtureFile, p.File)
	require.Equal(t, 12, p.Line)
	require.Contains(t, p.Message, `as fast as the handler of "say" emits`)
}
