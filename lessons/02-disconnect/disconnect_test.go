package disconnect_test

import (
	"bytes"
	"log"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// enter connects a client and takes its welcome.
func enter(srv *gatewaytest.Server) *gatewaytest.Client {
	c := srv.Dial(nil)
	gatewaytest.Expect(c, Welcome)
	return c
}

// kick has the server close the client's connection.
func kick(c *gatewaytest.Client) {
	gatewaytest.Emit(c, Kick, nil)
	c.ExpectDisconnect()
}

func TestTheOthersHearWhoLeft(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := enter(srv), enter(srv), enter(srv)
		bob.Close()
		require.Equal(t, bob.ID(), gatewaytest.Expect(ana, Left).ID, "the id of the one who left")
		require.Equal(t, bob.ID(), gatewaytest.Expect(eve, Left).ID, "the id of the one who left")
	})
}

func TestAClientThatClosesHasLeft(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := enter(srv), enter(srv)
		bob.Close()
		expectReason(t, ana, gateway.ClientLeft)
	})
}

func TestAConnectionThatBreaksIsLost(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := enter(srv), enter(srv)
		bob.Lose()
		expectReason(t, ana, gateway.ConnectionLost)
	})
}

func TestAClientThatTheServerThrowsOutWasKicked(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := enter(srv), enter(srv)
		kick(bob)
		expectReason(t, ana, gateway.Kicked)
	})
}

func TestTheOthersHearItOnce(t *testing.T) {
	for _, leave := range []func(*gatewaytest.Client){(*gatewaytest.Client).Close, (*gatewaytest.Client).Lose, kick} {
		gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
			ana, bob := enter(srv), enter(srv)
			leave(bob)
			gatewaytest.Expect(ana, Left)
			ana.ExpectSilence()
		})
	}
}

func TestTheOneWhoLeavesHearsNothingMore(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		_, bob := enter(srv), enter(srv)
		gatewaytest.Emit(bob, Kick, nil)
		require.Equal(t, gateway.Kicked, bob.ExpectDisconnect())
	})
}

func TestANewcomerIsToldWhoIsHere(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := enter(srv), srv.Dial(nil)
		welcome := gatewaytest.Expect(bob, Welcome)
		require.Equal(t, bob.ID(), welcome.ID)
		require.ElementsMatch(t, []string{ana.ID(), bob.ID()}, welcome.Here, "everyone who is here, the newcomer included")
	})
}

func TestWhoLeftIsNotHereAnyMore(t *testing.T) {
	for _, leave := range []func(*gatewaytest.Client){(*gatewaytest.Client).Close, (*gatewaytest.Client).Lose, kick} {
		gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
			ana, bob := enter(srv), enter(srv)
			leave(bob)
			gatewaytest.Expect(ana, Left)
			eve := srv.Dial(nil)
			require.ElementsMatch(t, []string{ana.ID(), eve.ID()}, gatewaytest.Expect(eve, Welcome).Here, "nobody who left is in the list")
		})
	}
}

func TestAHundredClientsLeaveAtOnce(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := enter(srv)
		var leaving sync.WaitGroup
		for range 100 {
			leaving.Go(func() { srv.Dial(nil).Close() })
		}
		leaving.Wait()

		seen := make(map[string]bool)
		for range 100 {
			seen[gatewaytest.Expect(ana, Left).ID] = true
		}
		require.Len(t, seen, 100, "a hundred departures of a hundred clients")
		eve := srv.Dial(nil)
		require.ElementsMatch(t, []string{ana.ID(), eve.ID()}, gatewaytest.Expect(eve, Welcome).Here, "nobody who left is in the list")
	})
}

// The bubble in which the gateway runs fails the test if a goroutine of the gateway outlives it.
func TestNothingIsLeftRunning(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := enter(srv), enter(srv), enter(srv)
		kick(ana)
		bob.Lose()
		eve.Close()
	})
}

func TestComingAndGoingAreLogged(t *testing.T) {
	printed := recordLog(t)
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := enter(srv)
		ana.Close()
		for _, what := range []string{"client connected", "client disconnected"} {
			require.Regexp(t, what+".*"+ana.ID(), printed.String(), "the log says %q, and which client it was", what)
		}
	})
}

func expectReason(t *testing.T, c *gatewaytest.Client, want gateway.Disconnect) {
	t.Helper()
	left := gatewaytest.Expect(c, Left)
	require.Equal(t, want.Code, left.Code, "the code says how the connection ended")
	require.Equal(t, want.Reason, left.Reason, "the reason says it in words")
}

// recordLog returns what slog and log print until the test ends.
func recordLog(t *testing.T) *bytes.Buffer {
	var printed bytes.Buffer
	before, flags, out := slog.Default(), log.Flags(), log.Writer()
	slog.SetDefault(slog.New(slog.NewTextHandler(&printed, nil)))
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetFlags(flags)
		log.SetOutput(out)
	})
	return &printed
}
