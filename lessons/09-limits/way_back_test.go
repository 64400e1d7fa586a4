package limits_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	heartbeat "wslab/lessons/07-heartbeat/solution"
	recovery "wslab/lessons/08-recovery/solution"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
)

// lines are n lines, and what somebody hears of them who hears them from Ana.
func lines(n int) (texts []string, heard []message) {
	for i := range n {
		texts = append(texts, fmt.Sprint("line ", i))
		heard = append(heard, message{"Ana", texts[i]})
	}
	return texts, heard
}

// all returns what has come so far.
func all[T any](from <-chan T) (all []T) {
	synctest.Wait()
	for len(from) > 0 {
		all = append(all, <-from)
	}
	return all
}

func TestWhatIsRefusedIsSaidAgainAndHeardOnce(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		bob, ana := s.enter("Bob"), s.stays("192.0.2.1", "Ana")
		texts, heard := lines(3 * Burst)
		for _, text := range texts {
			ana.side.Say(text)
		}
		after(t, 3*time.Minute)
		require.Equal(t, heard, all(bob.said), "what Bob hears: each line once, in order")
		requireOpen(t, ana)
	})
}

func TestWhoResumesAgainAndAgainIsEnded(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		undisturbed(t, ana, bob, func() {}) // there is something to replay
		eve := s.attack(evil)
		go eve.read()
		undisturbed(t, ana, bob, func() { eve.flood(func(int) string { return resume }) })
		require.Equal(t, gateway.RateLimited, soon(t, eve.ended, endsIt), "why the connection ends")
		replays := 0
		for _, event := range all(eve.heard) {
			if event == string(recovery.Resumed) {
				replays++
			}
		}
		require.Equal(t, Burst, replays, "replays that Eve gets")
	})
}

func TestALineThatIsSaidAgainAndAgainIsAFloodToo(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		eve := s.attack(evil)
		go eve.read()
		undisturbed(t, ana, bob, func() { eve.flood(func(int) string { return say("key", "spam", 0) }) })
		require.Equal(t, gateway.RateLimited, soon(t, eve.ended, endsIt), "why the connection ends")
		require.Equal(t, Warnings, drained(eve.refused), "refusals before the end")
	})
}

func TestWhoReadsSlowlyHearsAWholeReplay(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		eve, part := s.attack(evil), strings.Repeat("<", longest-2) // six bytes each, as the server writes JSON
		go eve.read()
		go eve.pong(t)
		for i := range recovery.Kept {
			require.NoError(t, eve.send(fmt.Sprintf(`{"event":"say","data":{"key":"%02d%s","text":"%s","heard":%d}}`, i, part, part, i)))
			after(t, 3*time.Second)
		}
		carol := s.idles("192.0.2.100")
		after(t, time.Second)
		for n := 0; n <= recovery.Kept; n++ {
			m, err := carol.conn.Read(t.Context())
			require.NoError(t, err, "message %d of the replay", n)
			p, err := jsonevent.Decode(m.Data)
			require.NoError(t, err)
			if n == 0 {
				require.Equal(t, string(recovery.Resumed), p.Event)
				continue
			}
			var said recovery.Message
			require.NoError(t, json.Unmarshal(p.Data, &said))
			require.Equal(t, n, said.N, "the next message of the replay")
		}
	})
}

func TestComingBackBringsNoMoreTokens(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		bob := s.enter("Bob")
		for range 300 { // five times a second
			eve, err := s.dial(s.from(evil), "ABC-123", "Eve")
			if err == nil {
				synctest.Wait() // she goes on where the chat is
				eve.chatters(Burst)
				synctest.Wait()
				_ = eve.Close()
			}
			after(t, 200*time.Millisecond)
		}
		heard := drained(bob.said)
		require.LessOrEqual(t, heard, int(MaxFrom*(Burst+60*Rate)), "messages of one address in a minute")
		require.Greater(t, heard, MaxFrom*Burst, "messages, for a place becomes free again")
	})
}

func TestWhoFindsNoPlaceComesBackLater(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		eves, bob := s.full(), s.enter("Bob")
		ana := s.stays(evil, "Ana") // she has the same address
		ana.side.Say("at last")
		after(t, time.Minute)
		require.Zero(t, drained(bob.said), "messages of who has no place")
		_ = eves[0].Close()
		after(t, Rest+heartbeat.Max)
		require.Equal(t, []message{{"Ana", "at last"}}, all(bob.said), "what Bob hears")
	})
}
