package cluster_test

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
	"wslab/server/cluster"
	"wslab/server/gateway"
)

// A forgetful broker never has what is asked of it, and counts who asks.
type forgetful struct {
	broker.Broker
	reads int
}

func (f *forgetful) Read(context.Context, uint64, func(broker.Stored) error) error {
	f.reads++
	return broker.ErrTrimmed
}

func TestALogThatAlwaysLosesMessagesIsNotAskedWithoutAPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &forgetful{Broker: broker.NewMemory().Node("a")}
		ns := gateway.NewNamespace(func(gateway.Emitter) gateway.Gateway { return gateway.Gateway{} })
		node, err := cluster.Join(t.Context(), f, ns, cluster.Options{Key: key})
		require.NoError(t, err)
		time.Sleep(time.Second) // of the fake clock
		node.Close(t.Context())
		require.LessOrEqual(t, f.reads, 12)
	})
}
