package broker_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
	"wslab/server/broker/brokertest"
)

func TestMemoryKeepsTheContract(t *testing.T) {
	for _, contract := range brokertest.Contracts {
		t.Run(contract.Name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				memory := broker.NewMemory()
				memory.Limit(broker.DefaultMessages, 256<<10)
				contract.Test(t, brokertest.Cluster{
					Node:    func(name string) brokertest.Node { return memory.Node(name) },
					Timeout: broker.Timeout,
				})
			})
		})
	}
}

func TestAnAnswerThatIsLostDoublesNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := broker.NewMemory().Node("a")
		ear := brokertest.Listen(t, node, 0)
		node.FailPublish(true)
		node.FailPublish(false)
		for range 2 {
			_, err := node.Publish(t.Context(), brokertest.Messages("1")...)
			require.ErrorIs(t, err, broker.ErrFault)
		}
		brokertest.Say(t, node, "1")
		brokertest.Say(t, node, "2")
		require.Equal(t, []string{"1", "2"}, ear.Texts(t, 2))
	})
}

func TestAQuestionThatIsLostStoresNothing(t *testing.T) {
	node := broker.NewMemory().Node("a")
	node.FailPublish(false)
	_, err := node.Publish(t.Context(), brokertest.Messages("1")...)
	require.ErrorIs(t, err, broker.ErrFault)
	last, err := node.Last(t.Context())
	require.NoError(t, err)
	require.Zero(t, last)
}

func TestAnIDIsForgottenAfterTheWindow(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := broker.NewMemory().Node("a")
		first := brokertest.Say(t, node, "1")
		later, cancel := context.WithTimeout(t.Context(), broker.Window+time.Second)
		defer cancel()
		<-later.Done()
		require.Greater(t, brokertest.Say(t, node, "1"), first)
	})
}

func TestADelayedNodeHearsLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := broker.NewMemory()
		slow := memory.Node("slow")
		slow.Delay(time.Second)
		ear := brokertest.Listen(t, slow, 0)
		start := time.Now()
		brokertest.Say(t, memory.Node("a"), "1")
		ear.Next(t)
		require.Equal(t, time.Second, time.Since(start))
	})
}

func TestMemoryKeepsTheNewestMessages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		memory := broker.NewMemory()
		memory.Limit(3, 1<<20)
		node := memory.Node("a")
		last := brokertest.Say(t, node, "1", "2", "3", "4", "5")
		require.Equal(t, []string{"3", "4", "5"}, brokertest.Listen(t, node, last-3).Texts(t, 3))
		require.ErrorIs(t, brokertest.Listen(t, node, last-4).End(t), broker.ErrTrimmed)
	})
}
