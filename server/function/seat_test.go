package function

import (
	"context"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhoHasLeftLeavesNothing(t *testing.T) {
	l := running(t, "unruly")
	in := l.live()
	for range 20 {
		welcome(t, l, "v1").leave()
	}
	l.serving.Wait()
	in.mu.Lock()
	defer in.mu.Unlock()
	require.Empty(t, in.seats)
	require.Empty(t, l.sockets)
}

func TestManyIntroductionsToAVersionThatPanicsHoldNobodyUp(t *testing.T) {
	l := running(t, "unruly")
	l.edit("return gateway.Gateway{\n", "return gateway.Gateway{\nAuthenticate: func(context.Context, gateway.Handshake) (gateway.User, error) { return gateway.User{Name: fmt.Sprintf(\"%030000d\", 0)}, nil },\n")
	require.NoError(t, l.Deploy(t.Context()))
	for range 12 { // more than the guest's input holds
		require.Contains(t, dial(t, l, `{"event":"auth","data":{"token":"x"}}`).read(), "connected")
	}
	l.edit(`s.Emit("welcome", version)`, `func() error { panic("oops") }()`)
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	require.NoError(t, l.Deploy(ctx))
}

func TestASocketThatTheGatewayEndsWhileItIsReplacedIsNoCrash(t *testing.T) {
	l := running(t, "unruly")
	ana, bob := welcome(t, l, "v1"), welcome(t, l, "v1")
	l.edit(`version = "v1"`, `version = "v2"`)
	ana.send(`{"event":"shortly","data":"x"}`) // takes a while
	ana.expect(`{"event":"begun","data":""}`)
	bob.send(`{"event":"kick"}`)
	require.NoError(t, l.Deploy(t.Context()))
	require.Equal(t, "kicked", bob.expectEnd().Reason)
	for text := ana.read(); !strings.Contains(text, "v2"); text = ana.read() {
		require.NotContains(t, text, "v1")
	}
	require.Empty(t, l.State().Problems)
	require.Equal(t, Running, l.State().Phase)
}
