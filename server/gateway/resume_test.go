package gateway_test

import (
	"context"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

func TestWhoHasMissedMoreThanMayWaitHearsAllOfIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := shared(t, newWire())
		const missed = 300
		for range missed {
			require.NoError(t, l.ns.Emit("missed", strings.Repeat("x", 10_000)))
		}
		l.back()
		again := newWire()
		again.take = make(chan struct{}) // it is slow from the first message on
		l.welcome = "welcome"
		l.serve(t, again, gateway.Handshake{Auth: []byte(`{"pid":"x"}`)})
		for len(apart(again.batches)) < 1+missed {
			select {
			case again.take <- struct{}{}:
			case <-again.closed:
				require.Fail(t, "thrown out", again.why)
			}
			synctest.Wait()
		}
		close(again.take)
	})
}

func TestWhoComesBackAndIsRefusedHearsNothingOfWhatItMissed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l, _ := shared(t, newWire())
		require.NoError(t, l.ns.Emit("missed", nil))
		l.back()
		l.refuses = gateway.Unauthorized
		again := newWire()
		l.serve(t, again, gateway.Handshake{Auth: []byte(`{"pid":"x"}`)})
		require.Equal(t, gateway.Unauthorized, again.why)
		require.Empty(t, again.batches)
	})
}

func TestWhoseSecretCannotBeCheckedInTimeIsToldToTryAgainLater(t *testing.T) {
	l, _ := shared(t)
	l.unknown = true
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(gateway.TryAgainLater)
	_, err := l.ns.Authenticate(ctx, gateway.Handshake{Auth: []byte(`{"pid":"x"}`)})
	require.ErrorIs(t, err, gateway.TryAgainLater)
}
