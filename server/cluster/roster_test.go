package cluster_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

func TestWhoComesBackIsServedBeforeTheOthersCanBeTold(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b, c := l.server("a"), l.server("b"), l.server("c")
		ana := a.join("Ana")
		bob := c.join("Bob", ana)
		c.broker.Cut()
		bob.Lose()
		b.broker.Cut()
		again := b.back("Bob", bob)
		time.Sleep(9 * time.Second) // about as long as NATS looks for another leader
		b.broker.Restore()
		time.Sleep(time.Minute)
		ana.ExpectSilence() // Bob was never away
		again.ExpectSilence()
	})
}

func TestWhoCannotComeInIsToldToTryAgainLater(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		b.broker.Cut()
		eve := b.Dial(auth("Eve"))
		require.Equal(t, gateway.TryAgainLater, eve.ExpectDisconnect())
		b.broker.Restore()
		time.Sleep(time.Minute)
		ana.ExpectSilence()
	})
}

func TestWhoComesBackAndIsNeverKnownToTheOthersIsToldToTryAgainLater(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		b.broker.Cut()
		require.Equal(t, gateway.TryAgainLater, b.back("Ana", ana).ExpectDisconnect())
		b.broker.Restore()
		time.Sleep(time.Minute)
		ana.ExpectSilence() // it is still where it was
	})
}

func TestWhoLeavesWhileTheOthersCannotBeToldIsGoneAfterwards(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		bob := b.join("Bob", ana)
		b.broker.Cut()
		go bob.Close()
		time.Sleep(7 * time.Second)
		b.broker.Restore()
		require.Equal(t, bob.ID(), gatewaytest.Expect(ana, chat.Left).ID)
	})
}

func TestWhoHasMovedToAnotherServerIsHereForAServerThatIsNew(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a, b := l.server("a"), l.server("b")
		ana := a.join("Ana")
		time.Sleep(time.Second)
		again := b.back("Ana", ana)
		require.Equal(t, gateway.Replaced, ana.ExpectDisconnect())
		synctest.Wait() // until the server that it left has said so
		bob := l.server("c").Dial(auth("Bob"))
		require.Contains(t, gatewaytest.Expect(bob, chat.Here), chat.Person{ID: again.ID(), Name: "Ana"})
	})
}
