package function

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

func TestAClientIsOwedNoMoreThanTheGatewaySays(t *testing.T) {
	l := running(t, "unruly")
	l.edit("return gateway.Gateway{\n", "return gateway.Gateway{\nMaxQueue: 2000,\n")
	require.NoError(t, l.Deploy(t.Context()))
	ana := dial(t, l, "")
	for range 100 { // each is answered, and no answer is read
		ana.send(`{"event":"nowhere"}`)
	}
	l.expectState(func(s State) bool { return len(s.Problems) > 0 })
	require.Equal(t, gateway.TooSlow, ana.expectEnd())
}
