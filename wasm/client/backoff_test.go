package client_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/wasm/client"
)

// longest returns the longest of the first waits of many clients.
func longest(waits int) []time.Duration {
	all := make([]time.Duration, waits)
	for range 2000 {
		var b client.Backoff
		for i := range all {
			all[i] = max(all[i], b.Wait(0))
		}
	}
	return all
}

func TestWaitsGrowUpToALimitAndNoTwoClientsWaitAlike(t *testing.T) {
	for i, got := range longest(8) {
		limit := min(client.FirstWait<<i, client.LongestWait)
		require.Less(t, got, limit)
		require.Greater(t, got, limit/2, "a wait is anything up to %v", limit)
	}
}

func TestWhoWasConnectedForAMinuteBeginsWithShortWaitsAgain(t *testing.T) {
	var b client.Backoff
	for range 10 {
		b.Wait(client.Steady - 1)
	}
	require.Less(t, b.Wait(client.Steady), client.FirstWait)
}
