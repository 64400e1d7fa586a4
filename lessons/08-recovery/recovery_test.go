package recovery_test

import (
	"fmt"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhatIsSaidIsAnsweredWithItsNumber(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob")
		require.Equal(t, "1", ana.says(0, "a", "hi"), "the first message of the chat")
		require.Equal(t, "2", bob.says(0, "b", "hello"), "numbers are those of the whole chat")
		require.Equal(t, "3", ana.says(2, "c", "how are you?"))
	})
}

func TestEveryoneHearsItUnderThatNumber(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana").resumes(0), s.enter("Bob").resumes(0)
		ana.says(0, "a", "hi")
		bob.says(1, "b", "hello")
		for _, g := range []*guest{ana, bob} {
			require.Equal(t, "resumed 0, 1 Ana: hi, 2 Bob: hello", g.hears())
		}
	})
}

func TestEveryoneHearsTheSameOrder(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		var crowd []*guest
		for i := range 4 {
			crowd = append(crowd, s.enter(fmt.Sprint("client ", i)).resumes(0))
		}
		var talking sync.WaitGroup
		for number, g := range crowd {
			talking.Go(func() {
				for i := range Kept / 4 {
					g.says(0, fmt.Sprintf("%d of client %d", i, number), fmt.Sprint(i))
				}
			})
		}
		talking.Wait()
		want := crowd[0].hears()
		require.Equal(t, Kept, strings.Count(want, ", "), "so many messages, each heard once")
		for _, g := range crowd[1:] {
			require.Equal(t, want, g.hears())
		}
	})
}

func TestWhoComesBackHearsWhatItHasMissed(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana := s.enter("Ana")
		ana.talks(1, 4)
		bob := s.enter("Bob").resumes(1)
		require.Equal(t, "resumed 1, "+talk(2, 4), bob.hears(), "Bob has heard message 1")
		ana.talks(5, 6)
		require.Equal(t, talk(5, 6), bob.hears(), "from then on he hears what is said")
	})
}

func TestWhoHasMissedNothingHearsNothingAgain(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		s.enter("Ana").talks(1, 3)
		require.Equal(t, "resumed 3", s.enter("Bob").resumes(3).hears())
	})
}

// Whoever says something while somebody comes back is heard once: in the replay, or after it.
func TestNothingFallsBetweenTheReplayAndWhatFollows(t *testing.T) {
	const talkers = 5
	run(t, func(t *testing.T, s *server) {
		var crowd []*guest
		for i := range talkers {
			crowd = append(crowd, s.enter(fmt.Sprint("client ", i)))
		}
		for round := range rounds {
			before := round * Kept
			var newcomers []*guest
			for range 10 {
				newcomers = append(newcomers, s.enter("Bob"))
			}
			var all sync.WaitGroup
			for range 3 { // a socket that joins has to wait its turn
				all.Go(func() {
					for range 1000 {
						s.ns.Len()
						runtime.Gosched()
					}
				})
			}
			for i, g := range crowd {
				all.Go(func() {
					for n := range Kept / talkers {
						g.says(before, fmt.Sprint(round, i, n), "hi")
					}
				})
				for _, g := range newcomers[2*i:][:2] {
					all.Go(func() { g.asks(before) })
				}
			}
			all.Wait()
			for _, g := range newcomers {
				require.Equal(t, numbers(before+1, before+Kept), g.numbers(), "each message once, in order")
				_ = g.Close()
			}
		}
	})
}

func TestTheLogKeepsTheNewest(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		s.enter("Ana").talks(1, 2*Kept+3)
		require.Equal(t, fmt.Sprintf("resumed %d, ", Kept+3)+talk(Kept+4, 2*Kept+3), s.enter("Bob").resumes(Kept+3).hears(), "the newest messages, as many as Kept")
	})
}

func TestWhoHasMissedMoreIsTold(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		s.enter("Ana").talks(1, Kept+5)
		for _, heard := range []int{0, 4, -1} {
			require.Equal(t, fmt.Sprintf("resumed %d, ", 5)+talk(6, Kept+5), s.enter("Bob").resumes(heard).hears(), "Bob has heard %d", heard)
		}
	})
}

// As after a restart: the log has begun anew, and the client has not.
func TestWhoHasHeardMoreThanTheLogHasIsTold(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		s.enter("Ana").talks(1, 2)
		require.Equal(t, "resumed 0, "+talk(1, 2), s.enter("Bob").resumes(41).hears(), "Bob has heard 41 messages, of another log")
	})
}

func TestALineThatIsSaidAgainIsHeardOnce(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		bob := s.enter("Bob").resumes(0)
		require.Equal(t, "1", s.enter("Ana").says(0, "a", "hi"))
		require.Equal(t, "2", bob.says(1, "b", "hello"))
		require.Equal(t, "1", s.enter("Ana").says(0, "a", "hi"), "the answer is that of the first time")
		require.Equal(t, "resumed 0, 1 Ana: hi, 2 Bob: hello", bob.hears())
		require.Equal(t, "3", bob.says(2, "c", "bye"), "what is not new takes no number")
	})
}

func TestTwoPeopleMayChooseOneKey(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		require.Equal(t, "1", s.enter("Ana").says(0, "key", "hi"))
		require.Equal(t, "2", s.enter("Bob").says(0, "key", "hello"), "it is Bob's key now")
	})
}

func TestTheSameTextUnderAnotherKeyIsAnotherLine(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana := s.enter("Ana").resumes(0)
		require.Equal(t, "1", ana.says(0, "a", "hi"))
		require.Equal(t, "2", ana.says(0, "b", "hi"), "Ana says it twice")
		require.Equal(t, "resumed 0, 1 Ana: hi, 2 Ana: hi", ana.hears())
	})
}

func TestAKeyIsKnownAsLongAsItsMessageIsKept(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana := s.enter("Ana")
		ana.talks(1, Kept+5)
		for _, n := range []int{6, 7, Kept + 5} {
			require.Equal(t, fmt.Sprint(n), ana.says(5, fmt.Sprint("key ", n), fmt.Sprint(n)), "the answer is that of the first time")
		}
	})
}

func TestWordsThatTheLogMayHaveForgottenAreRefused(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana, bob := s.enter("Ana"), s.enter("Bob").resumes(0)
		ana.talks(1, Kept+5)
		require.Equal(t, "resumed 0, "+talk(1, Kept+5), bob.hears())
		require.Equal(t, "too_late", ana.says(4, "key 5", "5"), "message 5 is forgotten, and its key with it")
		require.Equal(t, "too_late", ana.says(Kept+6, "new", "new"), "nobody has heard so many: that was another log")
		require.Empty(t, bob.hears(), "what is refused is not heard")
		require.Equal(t, fmt.Sprint(Kept+6), ana.says(5, "new", "new"), "what is refused takes no number")
	})
}
