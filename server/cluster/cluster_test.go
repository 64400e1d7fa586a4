package cluster_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
	"wslab/server/chat"
	"wslab/server/cluster"
	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// A lab is a chat on several servers of one process.
type lab struct {
	t      *testing.T
	memory *broker.Memory
}

// A server is one of them.
type server struct {
	*gatewaytest.Server
	broker *broker.Node
	node   *cluster.Node
	close  func()
}

var key = []byte("a key of sixteen bytes, or more")

// run runs a test of a chat on several servers, under a fake clock.
func run(t *testing.T, test func(t *testing.T, l *lab)) {
	synctest.Test(t, func(t *testing.T) { test(t, &lab{t, broker.NewMemory()}) })
}

func (l *lab) server(name string) *server {
	l.t.Helper()
	s := &server{broker: l.memory.Node(name)}
	var roster *cluster.Roster
	ns := gateway.NewNamespace(chat.Shared(func(changed func(string, []byte)) chat.Roster {
		roster = cluster.NewRoster(s.broker, changed)
		return roster
	}))
	s.Server = gatewaytest.Serve(l.t, ns)
	node, err := cluster.Join(l.t.Context(), s.broker, ns, cluster.Options{Key: key})
	require.NoError(l.t, err)
	require.NoError(l.t, roster.Complete(l.t.Context()))
	s.node = node
	l.t.Cleanup(func() {
		s.broker.Restore()
		_ = ns.Close(context.Background(), gateway.GoingAway)
		node.Close(context.Background())
		roster.Close()
	})
	return s
}

func auth(name string) map[string]string {
	return map[string]string{"token": chat.Token, "name": name}
}

// join lets somebody in, and returns once all who are named have heard of it.
func (s *server) join(name string, others ...*gatewaytest.Client) *gatewaytest.Client {
	c := s.Dial(auth(name))
	gatewaytest.Expect(c, chat.Here)
	for _, other := range others {
		gatewaytest.Expect(other, chat.Joined)
	}
	synctest.Wait() // until all servers know: otherwise a client that comes meanwhile hears of it later
	return c
}

// back is somebody who comes back after a lost connection.
func (s *server) back(name string, was *gatewaytest.Client) *gatewaytest.Client {
	presents := auth(name)
	presents["pid"], presents["offset"] = was.PID(), was.Offset()
	c := s.Dial(presents)
	gatewaytest.Expect(c, chat.Here)
	return c
}

// say is acknowledged: all of the cluster hear it, also after a loss.
var say = gateway.Request[chat.Line, any]("message")

func said(t *testing.T, c *gatewaytest.Client, text string) {
	t.Helper()
	gatewaytest.Emit(c, chat.Say, chat.Line{Text: text})
	require.Equal(t, text, gatewaytest.Expect(c, chat.Said).Text)
}

func TestWhatIsSaidOnOneServerIsHeardOnAll(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		said(t, ana, "hi")
		require.Equal(t, "hi", gatewaytest.Expect(bob, chat.Said).Text)
		ana.ExpectSilence()
	})
}

func TestEverybodyHearsTheSameOrderWhicheverServerTheyAreOn(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		const each = 50
		for i := range each {
			gatewaytest.Emit(ana, chat.Say, chat.Line{Text: fmt.Sprint("a", i)})
			gatewaytest.Emit(bob, chat.Say, chat.Line{Text: fmt.Sprint("b", i)})
		}
		for range 2 * each {
			require.Equal(t, gatewaytest.Expect(ana, chat.Said), gatewaytest.Expect(bob, chat.Said))
		}
	})
}

func TestAnAnswerComesAfterWhatTheRequestEmittedIsSafe(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a := l.server("a")
		a.broker.Delay(time.Second)
		ana := a.join("Ana")
		began := time.Now()
		gatewaytest.Emit(ana, chat.Say, chat.Line{Text: "first"})
		_, refusal := callAfter(ana, chat.Line{Text: "second"}, 2)
		require.Nil(t, refusal)
		require.GreaterOrEqual(t, time.Since(began), time.Second)
	})
}

// callAfter says something and waits for the answer, before which the client hears so many messages.
func callAfter(c *gatewaytest.Client, line chat.Line, messages int) (any, *gateway.Error) {
	answer := gatewaytest.Begin(c, say, line)
	for range messages {
		gatewaytest.Expect(c, chat.Said)
	}
	return answer()
}

func TestWhileTheLogCannotBeReachedARequestIsRefusedAndNobodyLosesAConnection(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		a.broker.Cut()
		_, refusal := gatewaytest.Call(ana, say, chat.Line{Text: "hello?", Key: "1"})
		require.Equal(t, "unavailable", refusal.Code)
		bob.ExpectSilence()

		a.broker.Restore()
		_, refusal = callAfter(ana, chat.Line{Text: "hello?", Key: "1"}, 1)
		require.Nil(t, refusal)
		require.Equal(t, "hello?", gatewaytest.Expect(bob, chat.Said).Text)
		bob.ExpectSilence() // it was asked twice, and heard once
	})
}

func TestWhoIsHereAreTheClientsOfAllServers(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.Dial(auth("Bob"))
		require.ElementsMatch(t, chat.People{{ID: ana.ID(), Name: "Ana"}, {ID: bob.ID(), Name: "Bob"}}, gatewaytest.Expect(bob, chat.Here))
		require.Equal(t, chat.Person{ID: bob.ID(), Name: "Bob"}, gatewaytest.Expect(ana, chat.Joined))
		bob.Close()
		require.Equal(t, chat.Departure{ID: bob.ID(), Name: "Bob", Reason: "client left"}, gatewaytest.Expect(ana, chat.Left))
		time.Sleep(time.Minute) // of the fake clock: the last word is forgotten
		ana.ExpectSilence()
		here, _ := gatewaytest.Call(ana, chat.Who, chat.Place{})
		require.Len(t, here, 1)
	})
}

func TestAWhisperReachesAnotherServer(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		eve := b.join("Eve", ana, bob)
		gatewaytest.Emit(ana, chat.Whisper, chat.Line{To: bob.ID(), Text: "psst"})
		require.Equal(t, "psst", gatewaytest.Expect(bob, chat.Whispered).Text)
		require.Equal(t, "psst", gatewaytest.Expect(ana, chat.Whispered).Text)
		eve.ExpectSilence()
	})
}

func TestWhoComesBackToAnotherServerHearsWhatWasMissedAndKeepsItsPlace(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		said(t, bob, "heard")
		gatewaytest.Expect(ana, chat.Said)
		a.broker.Cut() // and so nobody hears that Ana leaves
		ana.Lose()
		said(t, bob, "missed 1")
		gatewaytest.Emit(bob, chat.Whisper, chat.Line{To: ana.ID(), Text: "missed 2"})
		gatewaytest.Expect(bob, chat.Whispered)

		again := b.back("Ana", ana)
		require.True(t, again.Recovered())
		require.Equal(t, ana.ID(), again.ID())
		require.Equal(t, "missed 1", gatewaytest.Expect(again, chat.Said).Text)
		require.Equal(t, "missed 2", gatewaytest.Expect(again, chat.Whispered).Text)
		said(t, bob, "live")
		require.Equal(t, "live", gatewaytest.Expect(again, chat.Said).Text)
		time.Sleep(time.Minute) // by now the lost server's clients are gone
		bob.ExpectSilence()     // Ana was never away
		again.ExpectSilence()
	})
}

func TestWhoseServerIsLostAndDoesNotComeBackHasLeft(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		a.broker.Cut()
		ana.Lose()
		require.Equal(t, chat.Departure{ID: ana.ID(), Name: "Ana", Reason: "connection lost"}, gatewaytest.Expect(bob, chat.Left))
	})
}

func TestASecretThatIsNotTheClientsOwnResumesNothing(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a := l.server("a")
		ana := a.join("Ana")
		for _, pid := range []string{"x", ana.ID(), ana.ID() + ".1.", ana.PID() + "A"} {
			eve := a.Dial(map[string]string{"token": chat.Token, "name": "Ana", "pid": pid, "offset": "1"})
			require.False(t, eve.Recovered(), pid)
			require.NotEqual(t, ana.ID(), eve.ID())
		}
		eve := a.Dial(map[string]string{"token": chat.Token, "name": "Eve", "pid": ana.PID(), "offset": ana.Offset()})
		require.False(t, eve.Recovered(), "another user")
	})
}

func TestWhoHasMissedMoreThanIsKnownBeginsAnew(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a := l.server("a")
		bob := a.join("Bob")
		l.memory.Limit(2, 1<<20)
		for i := range 5 {
			said(t, bob, fmt.Sprint(i))
		}
		late := l.server("late") // knows only what is still stored
		ana := late.Dial(map[string]string{"token": chat.Token, "name": "Bob", "pid": bob.PID(), "offset": "5000"})
		require.False(t, ana.Recovered())
	})
}

func TestWhoComesBackBeforeTheServerNoticesTakesTheOldPlace(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		for _, s := range []*server{a, b} {
			again := s.back("Ana", ana)
			require.True(t, again.Recovered())
			require.Equal(t, gateway.Replaced, ana.ExpectDisconnect())
			said(t, again, "here")
			again.ExpectSilence()
			ana = again
		}
	})
}

func TestWhatAStoppingServerEmittedLastIsHeard(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		bob := b.join("Bob")
		require.NoError(t, chat.Said.Emit(a.Namespace, chat.Message{Text: "last words"}))
		a.node.Close(t.Context())
		require.Equal(t, "last words", gatewaytest.Expect(bob, chat.Said).Text)
	})
}

func TestALogThatHasLostMessagesSendsClientsAway(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		said(t, bob, "heard")
		gatewaytest.Expect(ana, chat.Said)
		a.broker.Cut()
		for i := range 5 {
			said(t, bob, fmt.Sprint(i))
		}
		l.memory.Limit(2, 1<<20)
		a.broker.Restore()
		require.Equal(t, gateway.TryAgainLater, ana.ExpectDisconnect(), "it has missed what nobody can tell it")
		require.False(t, a.Dial(map[string]string{"token": chat.Token, "name": "Ana", "pid": ana.PID(), "offset": ana.Offset()}).Recovered())
	})
}

func TestARoomIsOneOnAllServersAndWhoComesBackIsStillInIt(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		garden := chat.Place{Room: "garden"}
		gatewaytest.Emit(ana, chat.Join, garden)
		gatewaytest.Expect(ana, chat.Present)
		synctest.Wait() // until both servers know
		gatewaytest.Emit(bob, chat.Join, garden)
		require.Len(t, gatewaytest.Expect(bob, chat.Present).Here, 2)
		require.Len(t, gatewaytest.Expect(ana, chat.Present).Here, 2)

		a.broker.Cut() // and so nobody hears that Ana leaves
		ana.Lose()
		gatewaytest.Emit(bob, chat.Say, chat.Line{Room: "garden", Text: "missed"})
		require.Equal(t, "missed", gatewaytest.Expect(bob, chat.Said).Text)
		back := b.back("Ana", ana)
		require.Equal(t, "garden", gatewaytest.Expect(back, chat.Present).Room, "she hears in which rooms she is")
		require.Equal(t, "missed", gatewaytest.Expect(back, chat.Said).Text)
		gatewaytest.Emit(back, chat.Say, chat.Line{Room: "garden", Text: "I am back"})
		require.Equal(t, "I am back", gatewaytest.Expect(bob, chat.Said).Text)
	})
}

func TestWhoWasMissedAndComesBackIsInItsRoomsAgain(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		garden := chat.Place{Room: "garden"}
		gatewaytest.Emit(ana, chat.Join, garden)
		gatewaytest.Expect(ana, chat.Present)
		synctest.Wait() // until both servers know
		gatewaytest.Emit(bob, chat.Join, garden)
		gatewaytest.Expect(bob, chat.Present)
		gatewaytest.Expect(ana, chat.Present)
		ana.Lose()
		gatewaytest.Expect(bob, chat.Left)
		require.Len(t, gatewaytest.Expect(bob, chat.Present).Here, 1)
		gatewaytest.Emit(bob, chat.Say, chat.Line{Room: "garden", Text: "missed"})
		gatewaytest.Expect(bob, chat.Said)

		back := b.back("Ana", ana)
		require.Equal(t, "garden", gatewaytest.Expect(back, chat.Present).Room)
		require.Equal(t, "missed", gatewaytest.Expect(back, chat.Said).Text)
	})
}
