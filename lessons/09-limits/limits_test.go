package limits_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

// page is a handshake of a browser that shows a page of this origin: it sends its cookies along.
func (s *server) page(origin string) gateway.Handshake {
	h := s.from("192.0.2.1")
	h.Header = map[string][]string{"Origin": {origin}, "Cookie": {gateway.TokenCookie + "=ABC-123"}}
	h.Query = map[string][]string{"name": {"Ana"}}
	return h
}

func TestAPageOfThisServerMayConnect(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		for _, origin := range []string{"http://chat.example:8080", "https://chat.example:8080", "HTTP://Chat.Example:8080"} {
			p, err := s.dial(s.page(origin), "", "")
			require.NoError(t, err, "a page of %s", origin)
			requireOpen(t, p)
		}
	})
}

func TestWhoIsNoPageMayConnect(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		s.enter("Ana")
	})
}

func TestAForeignPageIsRefused(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		for _, origin := range []string{
			"https://evil.example",
			"http://evil-chat.example:8080",
			"http://sub.chat.example:8080",
			"http://chat.example:8080.evil.example",
			"http://chat.example:8080@evil.example",
			"http://evil.example?chat.example:8080",
			"http://chat.example:8081",
			"http://chat.example",
			"chat.example:8080",
			"null",
			"http://[chat.example:8080",
		} {
			p, err := s.dial(s.page(origin), "", "")
			requireRefused(t, Foreign, p, err, "a page of "+origin)
		}
	})
}

// taken counts how many tokens there are now, and takes them.
func taken(b *Bucket, now time.Time) (n int) {
	for n < 1000 && b.Take(now) {
		n++
	}
	return n
}

func TestABucketIsFullAtFirst(t *testing.T) {
	b, now := &Bucket{Size: 3, PerSecond: 2}, time.Now()
	require.Equal(t, 3, taken(b, now), "tokens at first")
	require.Equal(t, 0, taken(b, now), "tokens at the same moment")
}

func TestABucketIsRefilledBitByBit(t *testing.T) {
	b, now := &Bucket{Size: 10, PerSecond: 2}, time.Now()
	taken(b, now)
	for i, want := range []int{0, 1, 0, 1, 0, 1} { // half a token each time
		now = now.Add(250 * time.Millisecond)
		require.Equal(t, want, taken(b, now), "tokens after %d quarters of a second", i+1)
	}
	now = now.Add(2 * time.Second)
	require.Equal(t, 3, taken(b, now.Add(-10*time.Millisecond)), "tokens after almost two seconds more")
	require.Equal(t, 1, taken(b, now.Add(10*time.Millisecond)), "tokens a moment later")
}

func TestABucketHoldsNoMoreThanItsSize(t *testing.T) {
	b, now := &Bucket{Size: 3, PerSecond: 2}, time.Now()
	taken(b, now)
	require.Equal(t, 3, taken(b, now.Add(24*time.Hour)), "tokens after a day")
}

func TestWhoAsksAnEmptyBucketLosesNothing(t *testing.T) {
	b, now := &Bucket{Size: 3, PerSecond: 2}, time.Now()
	taken(b, now)
	got := 0
	for range 1000 { // ten seconds
		now = now.Add(10 * time.Millisecond)
		if b.Take(now) {
			got++
		}
	}
	require.InDelta(t, 20, got, 1, "tokens in ten seconds, for who asks a hundred times a second")
}

func TestWhoTalksAsPeopleDoIsNeverRefused(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana := s.enter("Ana")
		for range 60 {
			ana.chatters(3)
			after(t, 10*time.Second)
		}
		requireOpen(t, ana)
		require.Zero(t, drained(ana.refused), "refusals in ten minutes")
		require.Equal(t, 60*3, drained(ana.said), "messages in ten minutes")
	})
}

func TestWhatIsTooFastIsRefusedAndItsSenderStays(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		rested(t)
		ana.chatters(Burst + 2)
		require.Equal(t, Burst, drained(bob.said), "messages at once")
		requireOpen(t, ana)
		require.Equal(t, TooFast.Code, soon(t, ana.refused, "a refusal"))
		require.Equal(t, 1, drained(ana.refused), "refusals of the other message")
		after(t, 4*time.Second)
		ana.chatters(4*Rate + 2)
		require.Equal(t, int(4*Rate), drained(bob.said), "messages, four seconds later")
		requireOpen(t, ana)
	})
}

func TestWhoGoesOnIsEnded(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		bob, eve := s.enter("Bob"), s.enter("Eve")
		rested(t)
		eve.chatters(100)
		require.Equal(t, gateway.RateLimited, eve.end(), "why the connection ends")
		require.Equal(t, Burst, drained(bob.said), "messages that are heard")
		require.Equal(t, Warnings, drained(eve.refused), "refusals before the end")
		require.Equal(t, departure{"Eve", 4429, "rate limited"}, soon(t, bob.left, `the event "left"`))
	})
}

func TestAFloodThatTakesItsTimeIsEndedToo(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		eve := s.enter("Eve")
		for range 16 { // and no ping falls into it, whose answer might be refused
			eve.chatters(1)
			after(t, 500*time.Millisecond)
		}
		require.Equal(t, gateway.RateLimited, soon(t, eve.ended, endsIt))
	})
}

func TestWhoIsTooFastNowAndThenIsForgiven(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana := s.enter("Ana")
		rested(t)
		for range 20 {
			ana.chatters(Burst + Warnings/2)
			require.Equal(t, Warnings/2, drained(ana.refused), "refusals")
			after(t, 30*time.Second)
		}
		requireOpen(t, ana)
	})
}

func TestEachClientHasBucketsOfItsOwn(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob, eve := s.enter("Ana"), s.enter("Bob"), s.enter("Eve")
		rested(t)
		eve.chatters(Burst + Warnings)
		drained(eve.refused)
		ana.chatters(Burst)
		require.Zero(t, drained(ana.refused), "refusals, for one who has said nothing before")
		require.Equal(t, 2*Burst, drained(bob.said), "messages of both")
	})
}

func TestSoManyAreInsideAndNoMore(t *testing.T) {
	doors, inside := NewDoors(), 0
	for i := range 10 * MaxAll {
		if doors.Enter(fmt.Sprint("192.0.2.", i)) {
			inside++
		}
	}
	require.Equal(t, MaxAll, inside, "clients inside, each from an address of its own")
}

func TestSoManyOfOneAddressAreInsideAndNoMore(t *testing.T) {
	doors := NewDoors()
	for _, address := range []string{"192.0.2.1", "192.0.2.2"} {
		inside := 0
		for range 10 * MaxFrom {
			if doors.Enter(address) {
				inside++
			}
		}
		require.Equal(t, MaxFrom, inside, "clients inside from %s", address)
	}
}

func TestAPlaceComesBackOnce(t *testing.T) {
	for _, many := range []bool{false, true} { // are there other addresses?
		doors, all := NewDoors(), 0
		for i := range MaxAll {
			address := "192.0.2.1"
			if many {
				address = fmt.Sprint("192.0.2.", i)
			}
			if doors.Enter(address) {
				all++
			}
		}
		for range 100 {
			require.False(t, doors.Enter("192.0.2.1"), "a place where all are taken")
			doors.Leave("192.0.2.1")
			all--
			require.True(t, doors.Enter("192.0.2.1"), "a place where somebody has left")
			all++
		}
		require.Equal(t, map[bool]int{false: MaxFrom, true: MaxAll}[many], all, "clients inside")
	}
}

func TestAnAddressFromWhichAllHaveLeftIsForgotten(t *testing.T) {
	doors := NewDoors()
	for i := range 1000 {
		address := fmt.Sprint("192.0.2.", i)
		require.True(t, doors.Enter(address), "a place for one who comes alone")
		require.Equal(t, 1, doors.Addresses(), "addresses with somebody inside")
		doors.Leave(address)
	}
	require.Zero(t, doors.Addresses(), "addresses with nobody inside")
}

// Without a lock the race detector ends the test, or what is counted is wrong.
func TestManyComeAndGoAtTheSameTime(t *testing.T) {
	doors := NewDoors()
	var all sync.WaitGroup
	for i := range MaxFrom {
		all.Go(func() {
			for range 1000 {
				if doors.Enter("192.0.2.1") {
					doors.Leave("192.0.2.1")
				}
				if address := strings.Repeat("x", i); doors.Enter(address) {
					doors.Leave(address)
				}
			}
		})
	}
	all.Wait()
	require.Zero(t, doors.Addresses(), "addresses with nobody inside")
}
