package cluster_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/broker"
	"wslab/server/cluster"
	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// A narrow broker takes no long messages.
type narrow struct{ broker.Broker }

func (n narrow) Publish(ctx context.Context, messages ...broker.Message) (uint64, error) {
	if len(messages[0].Data) > 1000 {
		return 0, broker.ErrTooLarge
	}
	return n.Broker.Publish(ctx, messages...)
}

// emitting is a gateway whose clients have so many bytes emitted to everyone.
func emitting(everyone gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{Events: gateway.Events{emit.Handle(func(_ context.Context, _ *gateway.Socket, bytes int) (any, error) {
		if bytes == 0 {
			return nil, nil
		}
		return nil, everyone.Emit("text", strings.Repeat("x", bytes))
	})}}
}

const emit = gateway.Request[int, any]("emit")

func TestWhatIsTooLargeIsRefusedAndNothingElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		node := broker.NewMemory().Node("a")
		ns := gateway.NewNamespace(emitting)
		srv := gatewaytest.Serve(t, ns)
		joined, err := cluster.Join(t.Context(), narrow{node}, ns, cluster.Options{Key: key})
		require.NoError(t, err)
		t.Cleanup(func() { joined.Close(context.Background()) })
		ana := srv.Dial(nil)
		_, refusal := gatewaytest.Call(ana, emit, 2000)
		require.Equal(t, "too_large", refusal.Code)
		_, refusal = gatewaytest.Call(ana, emit, 0)
		require.Nil(t, refusal)

		node.Cut()
		require.NoError(t, ns.Emit("text", "another's"))
		_, refusal = gatewaytest.Call(ana, emit, 0)
		require.Nil(t, refusal, "it emits nothing, and need not wait")
		node.Restore()
	})
}
