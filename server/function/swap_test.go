package function

import (
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestANewVersionMeetsTheSocketsWithTheirIDs(t *testing.T) {
	l := running(t, "unruly")
	ana := welcome(t, l, "v1")
	l.edit(`s.Emit("welcome", version)`, `s.Emit("welcome", s.ID())`)
	require.NoError(t, l.Deploy(t.Context()))
	ana.expect(`{"event":"welcome","data":"` + ana.id + `"}`)
	ana.leave()
	l.expectLines("stdout", "gone: "+ana.id+" 1000 client left")
}

func TestAHandlerThatIsUnderWayFinishesInTheOldVersion(t *testing.T) {
	l := running(t, "unruly")
	ana, bob := welcome(t, l, "v1"), welcome(t, l, "v1")
	l.edit(`version = "v1"`, `version = "v2"`)
	ana.send(`{"event":"shortly","data":"from the old"}`)
	ana.expect(`{"event":"begun","data":""}`)
	require.NoError(t, l.Deploy(t.Context()))
	ana.expect(`{"event":"said","data":"from the old"}`)
	ana.expect(`{"event":"shortly","data":""}`)
	ana.expect(`{"event":"welcome","data":"v2"}`)
	bob.expect(`{"event":"begun","data":""}`)
	bob.expect(`{"event":"said","data":"from the old"}`)
	bob.expect(`{"event":"welcome","data":"v2"}`)
}

func TestAHandlerThatNeverReturnsDoesNotHoldUpTheNextVersion(t *testing.T) {
	l := running(t, "unruly")
	ana := welcome(t, l, "v1")
	ana.send(`{"event":"never"}`)
	l.edit(`version = "v1"`, `version = "v2"`)
	require.NoError(t, l.Deploy(t.Context()))
	ana.expect(`{"event":"welcome","data":"v2"}`)
	require.Equal(t, "hello", ana.call("echo", "hello"))
}

func TestAClientThatLeavesDuringASwapIsGone(t *testing.T) {
	l := running(t, "unruly")
	for i := range 4 {
		c := welcome(t, l, fmt.Sprint("v", i+1))
		l.edit(fmt.Sprintf(`version = "v%d"`, i+1), fmt.Sprintf(`version = "v%d"`, i+2))
		deployed := make(chan error)
		go func() { deployed <- l.Deploy(t.Context()) }()
		c.leave()
		require.NoError(t, <-deployed)
	}
	require.Equal(t, "hello", welcome(t, l, "v5").call("echo", "hello"))
	l.mu.Lock()
	defer l.mu.Unlock()
	require.LessOrEqual(t, len(l.sockets), 1)
}

// A talker sends numbered messages at a pace and checks that everyone's come back to it, each once and
// in its sender's order.
type talker struct {
	*client
	heard   map[int]int // the last number of each sender
	longest time.Duration
	err     error
}

func (k *talker) listen(senders, messages int) {
	last, left := time.Now(), senders*messages
	for left > 0 {
		text, err := k.next()
		if err != nil {
			k.err = err
			return
		}
		var m struct{ Event, Data string }
		if k.err = json.Unmarshal([]byte(text), &m); k.err != nil {
			return
		}
		if m.Event != "said" {
			continue // a welcome of a new version
		}
		k.longest, last = max(k.longest, time.Since(last)), time.Now()
		var sender, number int
		if _, k.err = fmt.Sscanf(m.Data, "%d/%d", &sender, &number); k.err != nil {
			return
		}
		if number != k.heard[sender]+1 {
			k.err = fmt.Errorf("from %d came %d after %d", sender, number, k.heard[sender])
			return
		}
		k.heard[sender] = number
		left--
	}
}

func (k *talker) talk(event string, sender, messages int, pace time.Duration) {
	ticks := time.NewTicker(pace)
	defer ticks.Stop()
	for number := 1; number <= messages; number++ {
		<-ticks.C
		if k.conn.Write(message(fmt.Sprintf(`{"event":%q,"data":"%d/%d"}`, event, sender, number))) != nil {
			return
		}
	}
}

// swapAll deploys again and again under clients that talk all the while, with an event that comes back
// to its sender alone or to everyone. It returns the longest time that a client heard nothing.
func swapAll(t *testing.T, l *lab, event string, clients, swaps, messages int, pace time.Duration) (longest time.Duration) {
	t.Helper()
	senders := 1
	if event == "say" {
		senders = clients
	}
	talkers := make([]*talker, clients)
	for i := range talkers {
		talkers[i] = &talker{client: welcome(t, l, "v1"), heard: map[int]int{}}
	}
	var talking sync.WaitGroup
	for i, k := range talkers {
		talking.Go(func() { k.listen(senders, messages) })
		talking.Go(func() { k.talk(event, i, messages, pace) })
	}
	for i := range swaps {
		l.edit(fmt.Sprintf(`version = "v%d"`, i+1), fmt.Sprintf(`version = "v%d"`, i+2))
		require.NoError(t, l.Deploy(t.Context()))
	}
	talking.Wait()
	for _, k := range talkers {
		require.NoError(t, k.err)
		longest = max(longest, k.longest)
	}
	return longest
}

func TestNothingIsLostOrRepeatedWhileVersionsChange(t *testing.T) {
	l := newLab(t, "unruly")
	l.options.Compiled = t.TempDir()
	require.NoError(t, l.Deploy(t.Context()))
	longest := swapAll(t, l, "mine", 10, 4, 100, 50*time.Millisecond)
	t.Logf("longest gap between two messages of a client: %v", longest)
}

func TestABroadcastReachesEverySocketWhileVersionsChange(t *testing.T) {
	longest := swapAll(t, running(t, "unruly"), "say", 5, 4, 60, 50*time.Millisecond)
	t.Logf("longest gap between two messages of a client: %v", longest)
}

func TestACrashLosesNoClient(t *testing.T) {
	l := running(t, "unruly")
	ana := welcome(t, l, "v1")
	for range 3 {
		ana.send(`{"event":"exit"}`)
		l.expectState(func(s State) bool { return s.Phase == Crashed })
	}
	ana.send(`{"event":"echo","data":"still here"}`)
	for {
		text := ana.read()
		if strings.Contains(text, "still here") {
			return
		}
		require.Contains(t, text, "welcome")
	}
}

func TestAClientWaitsForAFunctionThatHasCrashedTwice(t *testing.T) {
	l := running(t, "unruly")
	for range 2 {
		welcome(t, l, "v1").send(`{"event":"exit"}`)
		l.expectState(func(s State) bool { return s.Phase == Crashed })
	}
	require.Equal(t, "hello", welcome(t, l, "v1").call("echo", "hello"))
	require.Equal(t, Running, l.State().Phase)
}

func TestCompiledCodeTakesOverWhenNobodyIsConnected(t *testing.T) {
	l := newLab(t, "unruly")
	l.options.Compiled = t.TempDir()
	require.NoError(t, l.Deploy(t.Context()))
	require.False(t, l.State().Compiled)
	s := l.expectState(func(s State) bool { return s.Compiled })
	require.Equal(t, 1, s.Version, "it is the same version")
	require.Equal(t, "hello", welcome(t, l, "v1").call("echo", "hello"))

	require.NoError(t, l.Deploy(t.Context()))
	require.True(t, l.State().Compiled, "what was compiled before is at hand")
}

func TestTheGuestIsAskedByNumbersThatNoOldAnswerHas(t *testing.T) {
	l := running(t, "unruly")
	ana := welcome(t, l, "v1")
	ana.send(`{"event":"ask"}`)
	require.JSONEq(t, `{"event":"question","data":"v1","id":0}`, ana.read())
	l.edit(`version = "v1"`, `version = "v2"`)
	require.NoError(t, l.Deploy(t.Context()))
	ana.expect(`{"event":"welcome","data":"v2"}`)
	ana.send(`{"event":"ask"}`)
	require.JSONEq(t, `{"event":"question","data":"v2","id":1}`, ana.read())
}
