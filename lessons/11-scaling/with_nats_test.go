//go:build !js

package scaling_test

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/broker/natsbroker"
)

func TestAServerIsKilledWithNATSInBetween(t *testing.T) {
	if !t.Run("in memory", TestAKilledServerLosesNothing) {
		return // with a real network and a real clock it would take seconds to fail as well
	}
	ctx, cancel := context.WithTimeout(context.Background(), journey)
	t.Cleanup(cancel)
	nats, err := natsbroker.Embedded(ctx, natsbroker.Options{Dir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(nats.Close)
	var servers cluster
	for _, name := range []string{"one", "two", "three"} {
		log, err := natsbroker.Open(ctx, natsbroker.Config{Servers: []string{nats.ClientURL()}, Node: name})
		require.NoError(t, err)
		leave := func() { _ = log.Close(ctx) }
		t.Cleanup(leave)
		servers = append(servers, start(t, name, log, leave))
	}
	talkThroughAKill(t, servers)
}
