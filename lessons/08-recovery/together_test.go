package recovery_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	heartbeat "wslab/lessons/07-heartbeat/solution"
	"wslab/server/gateway"
	"wslab/wasm/client"
)

// together runs test with Ana, whose way is good, and Bob, whose connections have that weather. They stay until it is over.
func together(t *testing.T, bobs func(connection int) weather, test func(t *testing.T, ana, bob *person)) {
	run(t, func(t *testing.T, s *server) {
		ctx, over := context.WithCancel(t.Context())
		ana, bob := s.person("Ana"), s.person("Bob")
		bob.travel = bobs
		done := make(chan struct{}, 2)
		for _, p := range []*person{ana, bob} {
			go func() {
				p.stays(ctx, func() time.Duration { return time.Second })
				done <- struct{}{}
			}()
		}
		defer func() {
			over()
			<-done
			<-done
		}()
		synctest.Wait()
		test(t, ana, bob)
	})
}

// requireBoth requires that both have heard that, each line once.
func requireBoth(t *testing.T, ana, bob *person, want ...string) {
	t.Helper()
	pause(t.Context(), 30*time.Second)
	for _, p := range []*person{ana, bob} {
		require.Equal(t, strings.Join(want, ", "), strings.Join(p.texts(), ", "), "what %s hears", p.name)
		require.Empty(t, p.holes, "nothing is lost")
	}
}

func TestAConnectionThatIsLostLosesNothing(t *testing.T) {
	together(t, nil, func(t *testing.T, ana, bob *person) {
		ana.Say("one")
		synctest.Wait()
		bob.road.cut()
		synctest.Wait()
		ana.Say("two")
		synctest.Wait()
		bob.Say("three")
		requireBoth(t, ana, bob, "one", "two", "three")
	})
}

func TestWhatAHalfOpenConnectionSwallowedIsSaidAgain(t *testing.T) {
	together(t, nil, func(t *testing.T, ana, bob *person) {
		bob.road.breaks()
		ana.Say("one")
		synctest.Wait()
		bob.Say("two")
		bob.Say("three")
		requireBoth(t, ana, bob, "one", "two", "three")
	})
}

func TestAnAnswerThatIsLostMakesNoSecondMessage(t *testing.T) {
	answersAreLost := func(toServer bool, _ int, text string) fate {
		return fate{before: !toServer && strings.HasPrefix(text, `{"id":`)}
	}
	deaf := func(toServer bool, n int, text string) fate { // nor does he hear his own line
		f := answersAreLost(toServer, n, text)
		f.lost = !toServer && strings.HasPrefix(text, `{"event":"message"`)
		return f
	}
	bobs := func(connection int) weather { return []weather{deaf, answersAreLost, deaf, nil}[min(connection, 3)] }
	together(t, bobs, func(t *testing.T, ana, bob *person) {
		bob.Say("one")
		bob.Say("two")
		requireBoth(t, ana, bob, "one", "two")
	})
}

func TestAReplayThatIsCutGoesOnWhereItWas(t *testing.T) {
	bobs := func(connection int) weather {
		return func(toServer bool, n int, _ string) fate { return fate{after: connection < 5 && !toServer && n == 4} }
	}
	together(t, bobs, func(t *testing.T, ana, bob *person) {
		var want []string
		for i := range Kept {
			want = append(want, fmt.Sprint(i))
			ana.Say(fmt.Sprint(i))
		}
		requireBoth(t, ana, bob, want...)
	})
}

func TestWhoComesBackTooLateIsTold(t *testing.T) {
	together(t, nil, func(t *testing.T, ana, bob *person) {
		bob.road.breaks()
		bob.Say("from the tunnel") // which does not arrive
		for i := range Kept + 1 {
			ana.Say(fmt.Sprint(i))
		}
		pause(t.Context(), 30*time.Second)
		require.Equal(t, Kept, len(bob.texts()), "he hears what is kept")
		require.Equal(t, []int{0}, bob.holes, "he is told, before he hears any of it, that something is lost")
		require.Len(t, bob.doubt, 1, "his own line may be among it")
		require.NotContains(t, ana.texts(), "from the tunnel", "and so he does not say it again")
	})
}

// A departure is what this test reads of the event "left".
type departure struct {
	Name   string `json:"name"`
	Reason string `json:"reason"`
}

const left gateway.Event[departure] = "left"

func TestTheRestIsTheChatOfLessonSeven(t *testing.T) {
	run(t, func(t *testing.T, s *server) {
		ana := s.enter("Ana")
		client.Listen(ana.Client, left, func(d departure) { ana.notes("%s left: %s", d.Name, d.Reason) })
		c, r, err := s.open(t.Context(), "Bob", nil)
		require.NoError(t, err)
		go c.Run()
		r.breaks()
		pause(t.Context(), heartbeat.Interval+heartbeat.Timeout)
		require.Equal(t, "Bob left: ping timeout", ana.hears())
		_ = c.Close()
	})
}
