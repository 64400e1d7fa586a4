package scaling_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
	"wslab/server/gateway"
)

func TestEveryoneHearsItAtEveryServer(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana, bob, eve := servers[0].enter("Ana"), servers[1].enter("Bob"), servers[2].enter("Eve")
		ana.says("k1", "hi")
		for _, p := range []*person{bob, eve} {
			m := p.hears()
			require.Equal(t, "Ana at one: hi", fmt.Sprintf("%s at %s: %s", m.From, m.Server, m.Text))
		}
	})
}

func TestEveryoneHearsItOnce(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana, bob, eve := servers[0].enter("Ana"), servers[0].enter("Bob"), servers[1].enter("Eve")
		ana.says("k1", "hi")
		for _, p := range []*person{ana, bob, eve} {
			require.Equal(t, "hi", p.hears().Text)
			p.hearsNothing()
		}
	})
}

func TestAMessageIsAcknowledgedWithItsPlace(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana, bob := servers[0].enter("Ana"), servers[1].enter("Bob")
		for i := range 3 {
			receipt := ana.says(fmt.Sprint(i), "hi")
			require.Equal(t, place(i+1), place(receipt.Offset), "the answer says where it is stored")
			require.Equal(t, place(receipt.Offset), place(bob.hears().Offset), "where the answer says, there it is heard")
		}
	})
}

func TestNothingIsAcknowledgedBeforeItIsStored(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana := servers[0].enter("Ana")
		<-ana.greeted
		servers[0].node.Cut()
		answers := ana.saying(Line{Key: "k1", Text: "hi"})
		synctest.Wait()
		select {
		case <-answers:
			require.FailNow(t, "expected: silence\n     got: an answer to \"say\", with the log out of reach")
		default:
		}
		servers[0].node.Restore()
		require.Equal(t, place(1), place((<-answers).receipt.Offset))
	})
}

func TestWhatIsNotStoredIsRefused(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana, bob := servers[0].enter("Ana"), servers[1].enter("Bob")
		servers[0].node.FailPublish(false)
		a := <-ana.saying(Line{Key: "k1", Text: "hi"})
		require.Equal(t, "unavailable", code(a.err), "the log has stored nothing, so nothing is acknowledged")
		bob.hearsNothing()
		ana.says("k1", "hi")
		require.Equal(t, "hi", bob.hears().Text)
	})
}

// code is the code of a refusal, or "answered" where there is none.
func code(err error) string {
	var refusal *gateway.Error
	switch {
	case err == nil:
		return "answered"
	case errors.As(err, &refusal):
		return refusal.Code
	}
	return err.Error()
}

// place is how a failed test shows an offset.
func place[N int | uint64](offset N) string { return fmt.Sprint("offset ", offset) }

func TestARetryTakesEffectOnce(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana, bob := servers[0].enter("Ana"), servers[1].enter("Bob")
		servers[0].node.FailPublish(true) // it is stored, and the answer is lost
		require.Equal(t, "unavailable", code((<-ana.saying(Line{Key: "k1", Text: "hi"})).err), "nobody knows whether it is stored")
		receipt := servers[2].enter("Ana").says("k1", "hi")
		require.Equal(t, place(1), place(receipt.Offset), "it is stored where it was the first time")
		require.Equal(t, "hi", bob.hears().Text)
		bob.hearsNothing()
	})
}

func TestTwoPeopleMayChooseOneKey(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana, bob := servers[0].enter("Ana"), servers[1].enter("Bob")
		ana.says("1", "hi")
		bob.says("1", "hello")
		require.Equal(t, "hi", ana.hears().Text)
		require.Equal(t, "hello", ana.hears().Text)
	})
}

func TestEveryoneHearsTheSameOrder(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		people := []*person{servers[0].enter("Ana"), servers[1].enter("Bob"), servers[2].enter("Eve")}
		servers[0].node.Delay(10 * time.Millisecond)
		people[1].says("first", "first") // which is not yet at Ana's server
		people[0].says("second", "second")
		var talking sync.WaitGroup
		for _, p := range people {
			talking.Go(func() {
				for i := range 20 {
					<-p.saying(Line{Key: fmt.Sprint(i), Text: fmt.Sprint(i)})
				}
			})
		}
		talking.Wait()
		for offset := range 62 {
			for _, p := range people {
				require.Equal(t, place(offset+1), place(p.hears().Offset), "the order is that of the log")
			}
		}
	})
}

func TestAServerThatWasCutOffCatchesUp(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana, bob := servers[0].enter("Ana"), servers[1].enter("Bob")
		servers[1].node.Cut()
		for i := range 3 {
			ana.says(fmt.Sprint(i), fmt.Sprint(i))
		}
		bob.hearsNothing()
		servers[1].node.Restore()
		for i := range 3 {
			require.Equal(t, fmt.Sprint(i), bob.hears().Text)
		}
	})
}

func TestAnEntryThatIsNoMessageStopsNobody(t *testing.T) {
	run(t, func(t *testing.T, memory *broker.Memory, servers cluster) {
		ana, bob := servers[0].enter("Ana"), servers[1].enter("Bob")
		ana.says("k1", "before")
		_, err := memory.Node("another program").Publish(t.Context(), broker.Message{Data: []byte("not JSON")}, broker.Message{Data: []byte("{}")})
		require.NoError(t, err)
		ana.says("k2", "after")
		require.Equal(t, "before", bob.hears().Text)
		require.Equal(t, "after", bob.hears().Text)
		require.Equal(t, []string{"before", "after"}, bob.catchesUp(0))
	})
}

func TestWhoComesBackHearsWhatItMissed(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana, bob := servers[0].enter("Ana"), servers[1].enter("Bob")
		ana.says("0", "0")
		heard := bob.hears().Offset
		_ = bob.Close()
		for i := 1; i < 4; i++ {
			ana.says(fmt.Sprint(i), fmt.Sprint(i))
		}
		require.Equal(t, []string{"1", "2", "3"}, servers[2].enter("Bob").catchesUp(heard))
	})
}

func TestWhoMissedNothingIsToldSo(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana := servers[0].enter("Ana")
		require.Empty(t, ana.catchesUp(0), "nobody has said anything")
		offset := ana.says("k1", "hi").Offset
		require.Empty(t, ana.catchesUp(offset), "nobody has said anything since")
	})
}

func TestWhoMissedALotAsksAgain(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana, bob := servers[0].enter("Ana"), servers[1].enter("Bob")
		for i := range 120 {
			ana.says(fmt.Sprint(i), fmt.Sprint(i))
		}
		var texts, want []string
		for offset, n := uint64(0), 50; n == 50; offset += 50 {
			part := bob.catchesUp(offset)
			n = len(part)
			require.LessOrEqual(t, n, 50, "one answer holds at most a page")
			texts = append(texts, part...)
		}
		for i := range 120 {
			want = append(want, fmt.Sprint(i))
		}
		require.Len(t, texts, len(want))
		require.Equal(t, want, texts)
	})
}

func TestWhatIsNoLongerStoredIsSaid(t *testing.T) {
	run(t, func(t *testing.T, memory *broker.Memory, servers cluster) {
		ana := servers[0].enter("Ana")
		memory.Limit(2, 1<<20)
		for i := range 5 {
			ana.says(fmt.Sprint(i), fmt.Sprint(i))
		}
		require.Equal(t, []string{"3", "4"}, ana.catchesUp(3))
		_, err := ana.missed(1)
		require.Equal(t, "too_late", code(err), "two messages are gone, and who missed them must know")
	})
}

// A deaf log does not say where it ends.
type deaf struct {
	broker.Log
	now atomic.Bool
}

// Last implements [broker.Log].
func (d *deaf) Last(ctx context.Context) (uint64, error) {
	if d.now.Load() {
		return 0, errors.New("no answer from the log")
	}
	return d.Log.Last(ctx)
}

func TestWhoCannotBeToldWhatItMissedHearsThat(t *testing.T) {
	run(t, func(t *testing.T, memory *broker.Memory, servers cluster) {
		node := memory.Node("four")
		log := &deaf{Log: node}
		bob := start(t, "four", log, node.Cut).enter("Bob")
		servers[0].enter("Ana").says("k1", "hi")
		<-bob.greeted // for which the log was asked, too
		log.now.Store(true)
		_, err := bob.missed(0)
		require.Equal(t, "unavailable", code(err), "an empty answer would say that nothing was missed")
	})
}

func TestANewcomerHearsWhereItIs(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		servers[0].enter("Ana").says("k1", "hi")
		require.Equal(t, Greeting{Server: "two", Offset: 1}, <-servers[1].enter("Bob").greeted)
	})
}

func TestALineWithoutKeyOrTextIsRefused(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) {
		ana := servers[0].enter("Ana")
		for _, line := range []Line{{Text: "hi"}, {Key: "k1"}} {
			require.Equal(t, "bad_payload", code((<-ana.saying(line)).err))
		}
		ana.hearsNothing()
	})
}

func TestAKilledServerLosesNothing(t *testing.T) {
	run(t, func(t *testing.T, _ *broker.Memory, servers cluster) { talkThroughAKill(t, servers) })
}
