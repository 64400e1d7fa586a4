package function

import (
	"context"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/function/wasi"
)

// A machine may be so busy that a guest needs long for what it was told: giving it up would lose that.
func TestAGuestThatWorksIsLetFinish(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &instance{guest: new(wasi.Guest), drained: make(chan struct{})} // one that never waits
		time.AfterFunc(4*drainTimeout, func() { close(in.drained) })
		begun := time.Now()
		in.await(t.Context(), grace)
		require.Equal(t, 4*drainTimeout, time.Since(begun))
	})
}

func TestAGuestThatWorksWithoutAnEndIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := &instance{guest: new(wasi.Guest), drained: make(chan struct{})}
		ctx, cancel := context.WithTimeout(t.Context(), drainLimit)
		defer cancel()
		begun := time.Now()
		in.await(ctx, grace)
		require.Equal(t, drainLimit, time.Since(begun))
	})
}
