package limits_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	recovery "wslab/lessons/08-recovery/solution"
	"wslab/server/gateway"
	"wslab/wasm/client"
)

const (
	evil    = "198.51.100.66"
	endsIt  = "the server ends the connection"
	isLeft  = `the event "left"`
	longest = 2000 // characters of a text
)

func TestWhileSomebodyFloodsAnaAndBobTalk(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		for again := range 3 { // and comes back
			eve := s.attack(evil)
			go eve.read()
			undisturbed(t, ana, bob, func() {
				eve.flood(func(i int) string { return say(fmt.Sprint(i, again), "spam", int(ana.newest.Load())) })
			})
			require.Equal(t, gateway.RateLimited, soon(t, eve.ended, endsIt))
			require.Equal(t, departure{"Eve", 4429, "rate limited"}, soon(t, ana.left, isLeft))
		}
	})
}

func TestGarbageCountsAsWell(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		eve := s.attack(evil)
		go eve.read()
		undisturbed(t, ana, bob, func() {
			eve.flood(func(i int) string {
				return []string{`{"event":"nobody listens"}`, `{"event":`, `{"event":"say","data":[]}`, "\x00"}[i%4]
			})
		})
		require.Equal(t, gateway.RateLimited, soon(t, eve.ended, endsIt))
	})
}

func TestAHugeMessageEndsItsSender(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		eve := s.attack(evil)
		go eve.read()
		undisturbed(t, ana, bob, func() {
			_ = eve.send(`{"event":"say","data":{"key":"k","text":"hi","heard":0,"more":"` + strings.Repeat("x", MaxMessage) + `"}}`)
		})
		require.Equal(t, gateway.TooBig, soon(t, eve.ended, endsIt))
		require.Equal(t, departure{"Eve", 1009, "too big"}, soon(t, ana.left, isLeft))
	})
}

func TestTheLongestTextIsNotTooBig(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		text := strings.Repeat("🙂", longest)
		ana.side.Say(text)
		require.Equal(t, text, soon(t, bob.said, `the event "message"`).Text)
		requireOpen(t, ana)
	})
}

func TestWhoReadsNothingIsEndedAndHoldsUpNobody(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		eve := s.idles(evil)
		go eve.pong(t)
		rested(t)
		long := strings.Repeat("🙂", longest)
		for range 80 { // four minutes, in which Ana says more than fits into Eve's queue
			ana.side.Say(long)
			require.Equal(t, message{"Ana", long}, soon(t, bob.said, `the event "message"`))
			after(t, 3*time.Second)
		}
		require.Equal(t, departure{"Eve", 4408, "too slow"}, soon(t, ana.left, isLeft))
		requireOpen(t, ana, bob)
	})
}

func TestHundredsOfConnectionsOfOneAddressTakeNobodysPlace(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		inside, refused := 0, 0
		undisturbed(t, ana, bob, func() {
			for range 300 {
				eve, err := s.dial(s.from(evil), "ABC-123", "Eve")
				switch {
				case err == nil && eve.end() == gateway.Disconnect{}:
					inside++
				default:
					requireRefused(t, gateway.TryAgainLater, eve, err, "one more")
					refused++
				}
			}
		})
		require.Equal(t, MaxFrom, inside, "connections of one address")
		require.Equal(t, 300-MaxFrom, refused, "connections that are refused")
		require.Equal(t, MaxFrom+1, drained(ana.joined), "those who came, Bob among them")
		require.Zero(t, drained(ana.left), "those who left: nobody hears of one who was refused")
		s.enter("Carol")
	})
}

// full connects as many as there is room for from one address.
func (s *server) full() (all []*person) {
	for range MaxFrom {
		all = append(all, s.enterFrom(evil, "Eve"))
	}
	return all
}

// requireRoom requires that so many more may enter from the address of full.
func requireRoom(t *testing.T, s *server, n int) {
	t.Helper()
	for range n {
		s.enterFrom(evil, "Eve")
	}
	p, err := s.dial(s.from(evil), "ABC-123", "Eve")
	requireRefused(t, gateway.TryAgainLater, p, err, "one more")
}

func TestHoweverSomebodyLeavesThePlaceComesBackOnce(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		all := s.full()
		rested(t)
		_ = all[0].Close()
		_ = all[1].Lose()
		all[2].chatters(100) // and is thrown out
		for _, p := range all[:3] {
			soon(t, p.ended, endsIt)
		}
		after(t, time.Minute)
		requireRoom(t, s, 3)
	})
}

func TestWhoIsRefusedGivesNoPlaceBack(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		all := s.full()
		for range 50 {
			p, err := s.dial(s.from(evil), "ABC-123", "Eve")
			requireRefused(t, gateway.TryAgainLater, p, err, "one more")
		}
		_ = all[0].Close()
		require.Equal(t, gateway.ClientLeft.Code, all[0].end().Code)
		after(t, Rest+time.Second)
		requireRoom(t, s, 1)
	})
}

func TestAWrongTokenTakesNoPlace(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		for range 2 * MaxFrom {
			p, err := s.dial(s.from(evil), "guess", "Eve")
			requireRefused(t, gateway.Unauthorized, p, err, "a wrong token")
		}
		requireRoom(t, s, MaxFrom)
	})
}

func TestANetworkOfIPv6IsOneAddress(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		inside := 0
		for i := range 3 * MaxFrom {
			p, err := s.dial(s.from(fmt.Sprintf("[2001:db8::%x]", i)), "ABC-123", "Eve")
			if err == nil && p.end() == (gateway.Disconnect{}) {
				inside++
			}
		}
		require.Equal(t, MaxFrom, inside, "connections of one network")
		s.enterFrom("[2001:db8:0:1::1]", "Ana")
		s.enterFrom("192.0.2.1", "Bob")
	})
}

func TestAnAddressOfIPv4IsTheSameInIPv6(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		s.full()
		p, err := s.dial(s.from("[::ffff:"+evil+"]"), "ABC-123", "Eve")
		requireRefused(t, gateway.TryAgainLater, p, err, "one more")
		s.enterFrom("[::ffff:192.0.2.1]", "Ana")
	})
}

func TestTheChatIsThatOfTheLessonBefore(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana := s.enter("Ana")
		bob := s.enter("Bob")
		soon(t, ana.joined, `the event "joined"`)
		after(t, time.Minute) // with pings and pongs
		for range 2 {         // said again, it takes effect once
			words := recovery.Words{Line: recovery.Line{Key: "a", Text: "hi"}}
			receipt, err := client.Call(t.Context(), ana.Client, recovery.Say, words)
			require.NoError(t, err)
			require.Equal(t, recovery.Receipt{N: 1}, receipt)
		}
		carol := s.enter("Carol")
		for _, p := range []*person{bob, carol} {
			require.Equal(t, message{"Ana", "hi"}, soon(t, p.said, `the event "message"`))
			require.Zero(t, drained(p.said), "messages that %s hears twice", p.name)
		}
		_ = ana.Close()
		require.Equal(t, departure{"Ana", 1000, "client left"}, soon(t, bob.left, isLeft))
	})
}

func TestWhatIsRefusedIsRefusedAsInTheLessonBefore(t *testing.T) {
	const who gateway.Request[map[string]string, gateway.Payload] = "who"
	run(t, func(t *testing.T, s *server) {
		var refusal *gateway.Error
		_, err := client.Call(t.Context(), s.enter("Ana").Client, who, map[string]string{"room": "nowhere"})
		require.ErrorAs(t, err, &refusal)
		require.Equal(t, "not_in_room", refusal.Code)
	})
}
