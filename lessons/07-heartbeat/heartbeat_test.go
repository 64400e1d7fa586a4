package heartbeat_test

import (
	"context"
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

func TestAClientIsPingedOnceInEveryInterval(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		began := time.Now()
		ana := s.enter("Ana")
		for n := range 5 {
			heard := soon(t, ana.pings, 2*Interval, fmt.Sprintf("ping %d", n+1))
			require.Equal(t, n+1, heard.n, "pings are numbered from 1, for each client")
			require.Equal(t, time.Duration(n)*Interval, heard.at.Sub(began), "the time of ping %d", n+1)
		}
	})
}

func TestWhoAnswersStays(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana := s.enter("Ana")
		bob := s.enterAnd("Bob", func(n int) int { // far away, and never late
			after(t, Timeout-time.Second)
			return n
		})
		after(t, 10*time.Minute)
		requireOpen(t, bob)
		require.Empty(t, ana.left, "who answers stays")
	})
}

func TestAHalfOpenConnectionIsFound(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		after(t, time.Minute+time.Second)
		bob.road.dark.Store(true)
		left := soon(t, ana.left, Interval+Timeout, `the event "left"`)
		require.Equal(t, gateway.PingTimeout, gateway.Disconnect{Code: left.Code, Reason: left.Reason}, "the others hear why")
		require.Equal(t, bob.ID(), left.ID)
	})
}

func TestAnAnswerThatIsTooLateIsNone(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		bob := s.enterAnd("Bob", func(n int) int {
			after(t, Timeout+time.Second)
			return n
		})
		began := time.Now()
		require.Equal(t, gateway.PingTimeout, soon(t, bob.ended, 2*Interval, "the server ends the connection"))
		require.Equal(t, Timeout, time.Since(began), "the time that a client has to answer")
	})
}

func TestAPongOfAnOlderPingDoesNotCount(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		bob := s.enterAnd("Bob", func(int) int { return 1 })
		require.Equal(t, gateway.PingTimeout, soon(t, bob.ended, 2*Interval, "the server ends the connection"), "he has answered ping 1, and again ping 1")
	})
}

func TestEachClientHasAHeartbeatOfItsOwn(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana := s.enter("Ana")
		gone, here := map[string]bool{}, []*person{}
		for i := range 30 {
			p := s.enter(fmt.Sprint("client ", i))
			if i%3 > 0 {
				here = append(here, p)
				continue
			}
			gone[p.ID()] = true
			p.road.dark.Store(true)
		}
		after(t, time.Minute)
		require.Len(t, ana.left, len(gone), "those are gone who do not answer, and nobody else")
		for range gone {
			require.Contains(t, gone, (<-ana.left).ID)
		}
		for _, p := range here {
			requireOpen(t, p)
		}
	})
}

func TestTheChatIsThatOfLessonSix(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		after(t, time.Minute)
		require.NoError(t, ana.Emit(string(Say), map[string]string{"text": "hi"}))
		require.Equal(t, "hi", soon(t, bob.said, time.Second, `the event "message"`).Text)
		_ = ana.Close()
		require.Equal(t, "client left", soon(t, bob.left, time.Second, `the event "left"`).Reason)
	})
}

// The bubble fails the test if a goroutine outlives it: no time passes once the test is over.
func TestNothingBeatsForWhoHasLeft(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		after(t, time.Second)
		_ = bob.Close()
		soon(t, ana.left, time.Second, `the event "left"`)
		_ = ana.Close()
		synctest.Wait()
	})
}

func TestAfterATunnelEveryoneIsBack(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), &traveller{server: s}
		ctx, stop := context.WithCancel(t.Context())
		arrived := make(chan error, 1)
		go func() { arrived <- Stay(ctx, bob) }()
		soon(t, ana.joined, time.Second, `the event "joined"`)
		for range 3 {
			after(t, 2*time.Minute+time.Second) // between two pings
			bob.enterTunnel()
			left := soon(t, ana.left, Interval+Timeout, `the event "left"`)
			require.Equal(t, gateway.PingTimeout.Code, left.Code)
			after(t, 3*time.Minute)
			bob.leaveTunnel()
			soon(t, ana.joined, Max+time.Second, `the event "joined"`)
		}
		stop()
		require.ErrorIs(t, soon(t, arrived, time.Second, "the end of Stay"), context.Canceled)
	})
}

// after waits for d, and not beyond the end of the test.
func after(t *testing.T, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-t.Context().Done():
	}
}

func requireOpen(t *testing.T, p *person) {
	t.Helper()
	synctest.Wait()
	select {
	case why := <-p.ended:
		t.Fatalf("expected: the connection stays open\n     got: the connection has ended: %d %s", why.Code, why.Reason)
	default:
	}
}
