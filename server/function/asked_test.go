package function

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
)

// protect makes the next version ask who is connecting.
func (l *lab) protect() {
	l.t.Helper()
	l.edit("return gateway.Gateway{\n", "return gateway.Gateway{\nAuthenticate: func(context.Context, gateway.Handshake) (gateway.User, error) { return gateway.User{}, nil },\n")
	l.edit(`version = "v1"`, `version = "v2"`)
	l.options.Cache = cache // several tests have this text
}

func TestAVersionThatAsksWhoIsThereEndsWhoWasNotAsked(t *testing.T) {
	l := running(t, "unruly")
	ana := welcome(t, l, "v1")
	l.protect()
	require.NoError(t, l.Deploy(t.Context()))
	require.Equal(t, NewVersion, ana.expectEnd())
}

func TestWhoWasNotAskedEndsAlsoWhereTheVersionBeforeHasCrashed(t *testing.T) {
	l := running(t, "unruly")
	ana := welcome(t, l, "v1")
	ana.send(`{"event":"exit"}`)
	l.expectState(func(s State) bool { return s.Phase == Crashed })
	l.protect()
	require.NoError(t, l.Deploy(t.Context()))
	require.Equal(t, NewVersion, ana.expectEnd())
}

func TestWhoWasNotAskedEndsAlsoWhereItsMessagesWait(t *testing.T) {
	l := running(t, "unruly")
	ana := welcome(t, l, "v1")
	l.edit(`_ = everyone.Emit("said", in); return ""`, `fmt.Println(version, "handles", in); return ""`)
	l.protect()
	go func() {
		for range 2000 {
			_ = ana.conn.Write(message(`{"event":"say","data":"anonymous"}`))
		}
	}()
	require.NoError(t, l.Deploy(t.Context()))
	require.Equal(t, NewVersion, ana.expectEnd())
	for len(l.lines) > 0 {
		require.NotContains(t, (<-l.lines).Text, "v2")
	}
}

func TestWhoWasAdmittedBeforeAVersionThatAsksIsNotLetIn(t *testing.T) {
	l := running(t, "unruly")
	near, far := transport.Pipe()
	session, err := jsonevent.Admit(t.Context(), l, gateway.Handshake{})
	require.NoError(t, err)
	l.protect()
	require.NoError(t, l.Deploy(t.Context()))
	go session.Serve(context.Background(), far, nil)
	require.Equal(t, NewVersion, (&client{t: t, conn: near}).expectEnd())
}

func TestWhoWasAskedStays(t *testing.T) {
	l := newLab(t, "unruly")
	l.protect()
	require.NoError(t, l.Deploy(t.Context()))
	ana := dial(t, l, `{"event":"auth","data":{"token":"x"}}`)
	require.Contains(t, ana.read(), "connected")
	ana.expect(`{"event":"welcome","data":"v2"}`)
	l.edit(`version = "v2"`, `version = "v3"`)
	require.NoError(t, l.Deploy(t.Context()))
	ana.expect(`{"event":"welcome","data":"v3"}`)
}

func TestAnAuthenticateThatEndsTheProgramIsNotAskedAgain(t *testing.T) {
	l := running(t, "unruly")
	l.edit("return gateway.Gateway{\n", "return gateway.Gateway{\nAuthenticate: func(context.Context, gateway.Handshake) (gateway.User, error) { os.Exit(3); return gateway.User{}, nil },\n")
	require.NoError(t, l.Deploy(t.Context()))
	require.Equal(t, gateway.InternalError, dial(t, l, `{"event":"auth","data":{"token":"x"}}`).expectEnd())
	require.Equal(t, 1, l.pause.crashes)
}
