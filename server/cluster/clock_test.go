package cluster_test

import (
	"context"
	"encoding/json"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

func TestWhoComesFromAServerWhoseClockIsAheadStays(t *testing.T) {
	run(t, func(t *testing.T, l *lab) {
		a := l.server("a")
		bob := a.join("Bob")
		ana := a.join("Ana", bob)
		ahead, err := json.Marshal(map[string]any{"name": "Ana", "since": time.Now().Add(time.Minute).UnixNano()})
		require.NoError(t, err)
		b := l.memory.Node("b")
		require.NoError(t, b.Set(t.Context(), ana.ID(), ahead)) // as a server would that she had moved to
		require.Equal(t, gateway.Replaced, ana.ExpectDisconnect())
		again := a.back("Ana", ana)
		synctest.Wait()
		require.NoError(t, b.Delete(context.Background(), ana.ID()))
		time.Sleep(time.Minute)
		bob.ExpectSilence()
		here, _ := gatewaytest.Call(bob, chat.Who, chat.Place{})
		require.Contains(t, here, chat.Person{ID: again.ID(), Name: "Ana"})
		again.Close()
		require.Equal(t, chat.Departure{ID: ana.ID(), Name: "Ana", Reason: "client left"}, gatewaytest.Expect(bob, chat.Left))
	})
}
