package cluster_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/gateway/gatewaytest"
)

var garden = chat.Place{Room: "garden"}

func names(people chat.People) (all []string) {
	for _, p := range people {
		all = append(all, p.Name)
	}
	return all
}

func TestWhoComesBackAndJoinsARoomAtOnceIsInItForAll(t *testing.T) {
	for range 20 { // what is told at the same time arrives in any order
		run(t, func(t *testing.T, l *lab) {
			a, b := l.server("a"), l.server("b")
			ana := a.join("Ana")
			b.broker.Cut()
			again := b.back("Ana", ana)
			gatewaytest.Emit(again, chat.Join, garden)
			synctest.Wait()
			b.broker.Restore()
			require.Equal(t, []string{"Ana"}, names(gatewaytest.Expect(again, chat.Present).Here))
			again.ExpectSilence()
		})
	}
}

func TestWhoComesBackWhileTheServerSaysThatTheyHaveGoneStays(t *testing.T) {
	for range 20 {
		run(t, func(t *testing.T, l *lab) {
			a, b := l.server("a"), l.server("b")
			ana := a.join("Ana")
			bob := b.join("Bob", ana)
			b.broker.Cut()
			go bob.Lose()
			synctest.Wait()
			again := b.back("Bob", bob)
			synctest.Wait()
			b.broker.Restore()
			time.Sleep(time.Minute)
			ana.ExpectSilence() // Bob was never away
			again.ExpectSilence()
			cleo := l.server("c").Dial(auth("Cleo"))
			require.Contains(t, names(gatewaytest.Expect(cleo, chat.Here)), "Bob")
		})
	}
}

func TestWhoLeavesWhileTheyJoinARoomHasLeftByThemselves(t *testing.T) {
	for range 20 {
		run(t, func(t *testing.T, l *lab) {
			a, b := l.server("a"), l.server("b")
			ana := a.join("Ana")
			bob := b.join("Bob", ana)
			b.broker.Cut()
			gatewaytest.Emit(bob, chat.Join, garden)
			synctest.Wait()
			go bob.Close()
			synctest.Wait()
			b.broker.Restore()
			require.Equal(t, "client left", gatewaytest.Expect(ana, chat.Left).Reason)
		})
	}
}

func TestWhoLeavesARoomHearsThatTheyAreNotInIt(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		ana := l.server("a").join("Ana")
		for range 20 {
			gatewaytest.Emit(ana, chat.Join, garden)
			require.Len(t, gatewaytest.Expect(ana, chat.Present).Here, 1)
			gatewaytest.Emit(ana, chat.Leave, garden)
			require.Empty(t, gatewaytest.Expect(ana, chat.Present).Here)
		}
		ana.ExpectSilence()
	})
}

func TestWhoHasLeftARoomIsNotInItAfterwards(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a := l.server("a")
		ana := a.join("Ana")
		gatewaytest.Emit(ana, chat.Join, garden)
		gatewaytest.Expect(ana, chat.Present)
		ana.Lose()
		synctest.Wait()
		again := a.back("Ana", ana)
		synctest.Wait()
		gatewaytest.Emit(again, chat.Leave, garden)
		for len(gatewaytest.Expect(again, chat.Present).Here) > 0 {
			continue
		}
		again.Lose()
		synctest.Wait()
		a.back("Ana", again).ExpectSilence()
	})
}

func TestRoomsAreRememberedForTwoMinutesFromTheLastTimeOn(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a := l.server("a")
		ana := a.join("Ana")
		gatewaytest.Emit(ana, chat.Join, garden)
		gatewaytest.Expect(ana, chat.Present)
		for _, gone := range []time.Duration{90 * time.Second, 40 * time.Second} {
			ana.Lose()
			time.Sleep(gone)
			ana = a.back("Ana", ana)
			require.Equal(t, "garden", gatewaytest.Expect(ana, chat.Present).Room)
			synctest.Wait()
		}
	})
}
