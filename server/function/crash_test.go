package function

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestAPanicInAHandlerNamesItsPlaceAndOthersGoOn(t *testing.T) {
	l := shared(t)
	ana, bob := welcome(t, l, "v1"), welcome(t, l, "v1")
	ana.send(`{"event":"panic"}`)
	require.Contains(t, ana.read(), "internal error")
	s := l.expectState(func(s State) bool { return len(s.Problems) > 0 })
	require.Equal(t, Running, s.Phase)
	require.Equal(t, fixtureFile, s.Problems[0].File)
	require.Equal(t, l.lineOf("the line that panics"), s.Problems[0].Line)
	require.Equal(t, `panic: assignment to entry in nil map (in the handler of "panic")`, s.Problems[0].Message)
	require.Equal(t, "hello", bob.call("echo", "hello"))
	require.Equal(t, "hello", ana.call("echo", "hello"))
}

// expectCrash sends an event that ends the guest, and returns what is said about it. Its clients stay
// connected: what one sends next starts the guest again, which welcomes both.
func expectCrash(t *testing.T, l *lab, event string) Problem {
	t.Helper()
	ana, bob := welcome(t, l, "v1"), welcome(t, l, "v1")
	ana.send(`{"event":"` + event + `"}`)
	crashed := l.expectState(func(s State) bool { return s.Phase == Crashed })
	require.False(t, crashed.Serving)
	require.Len(t, crashed.Problems, 1)

	ana.send(`{"event":"echo","data":"hello"}`)
	first := ana.read()
	if strings.Contains(first, `"`+event+`"`) { // the handler returned before what it began brought the guest down
		first = ana.read()
	}
	require.JSONEq(t, `{"event":"welcome","data":"v1"}`, first)
	ana.expect(`{"event":"echo","data":"hello"}`)
	bob.expect(`{"event":"welcome","data":"v1"}`)
	require.Equal(t, "hello", welcome(t, l, "v1").call("echo", "hello"))
	again := l.State()
	require.Equal(t, Running, again.Phase)
	require.Equal(t, crashed.Problems, again.Problems, "the learner still sees what happened")
	return crashed.Problems[0]
}

func TestAPanicInAGoroutineIsACrashWithItsPlace(t *testing.T) {
	l := shared(t)
	p := expectCrash(t, l, "goroutine")
	require.Equal(t, fixtureFile, p.File)
	require.Equal(t, l.lineOf("the line that panics"), p.Line)
	require.Contains(t, p.Message, "panic: assignment to entry in nil map")
	require.Contains(t, p.Trace, "goroutine")
}

func TestEndlessRecursionIsACrashWithItsPlace(t *testing.T) {
	l := shared(t)
	p := expectCrash(t, l, "recurse")
	require.Equal(t, fixtureFile, p.File)
	require.Equal(t, l.lineOf("func deeper"), p.Line)
	require.Contains(t, p.Message, "stack overflow (does a function call itself without end?)")
}

func TestAGigabyteIsACrashWithItsPlace(t *testing.T) {
	l := shared(t)
	p := expectCrash(t, l, "hog")
	require.Equal(t, fixtureFile, p.File)
	require.Equal(t, l.lineOf("1<<30"), p.Line)
	require.Contains(t, p.Message, "32 MiB")
}

func TestAnExitIsACrashThatSaysSo(t *testing.T) {
	l := shared(t)
	p := expectCrash(t, l, "exit")
	require.Contains(t, p.Message, "exit status 3")
}

func TestAnEndlessLoopIsStoppedWhileAnotherFunctionAnswers(t *testing.T) {
	other := shared(t)
	l := newLab(t, "unruly")
	require.NoError(t, l.Deploy(t.Context()))
	spinner, c := welcome(t, l, "v1"), welcome(t, other, "v1")
	spinner.send(`{"event":"spin"}`)
	for l.State().Phase == Running {
		require.Equal(t, "hello", c.call("echo", "hello"))
	}
	require.Equal(t, Looping, l.State().Problems[0].Kind)
	require.Equal(t, "hello", welcome(t, l, "v1").call("echo", "hello"))
}

func TestCrashesInARowAreSpacedOut(t *testing.T) {
	var p pause
	now := time.Unix(1000, 0)
	p.after(now)
	require.LessOrEqual(t, p.left(now), time.Duration(0), "the first costs nothing")
	p.after(now)
	require.Equal(t, shortestPause, p.left(now))
	for range 100 {
		p.after(now)
	}
	require.Equal(t, longestPause, p.left(now))
	now = now.Add(longestPause + healthy + time.Second)
	p.after(now)
	require.LessOrEqual(t, p.left(now), time.Duration(0), "it ran well for a while")
}
