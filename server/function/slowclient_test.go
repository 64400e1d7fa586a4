//go:build !race

package function

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

// Under the race detector the interpreter needs a minute to say a megabyte, so there the pieces of this
// are tested alone: here in TestWhoFloodsAClientIsTold, and in package guest.
func TestAClientThatDoesNotKeepUpIsToldWithTheEvent(t *testing.T) {
	l := running(t, "unruly")
	ana, bob := welcome(t, l, "v1"), welcome(t, l, "v1")
	go func() {
		for {
			if _, err := ana.next(); err != nil {
				return
			}
		}
	}()
	go func() {
		for ana.conn.Write(message(`{"event":"shout"}`)) == nil {
		}
	}()
	p := l.expectState(func(s State) bool { return len(s.Problems) > 0 }).Problems[0]
	require.Equal(t, gateway.TooSlow, bob.expectEnd())
	require.Equal(t, SlowClient, p.Kind)
	require.Contains(t, p.Message, `the handler of "shout"`)
	require.NoError(t, ana.conn.Close(1000, ""))
}
