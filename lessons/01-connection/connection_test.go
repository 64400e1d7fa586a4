package connection_test

import (
	"bytes"
	"log"
	"log/slog"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway/gatewaytest"
)

func TestEveryClientIsWelcomed(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := srv.Dial(nil), srv.Dial(nil)
		gatewaytest.Expect(ana, Welcome)
		gatewaytest.Expect(bob, Welcome)
	})
}

func TestTheWelcomeCarriesTheClientsOwnID(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		for range 3 {
			c := srv.Dial(nil)
			require.Equal(t, c.ID(), gatewaytest.Expect(c, Welcome).ID, "the id in the welcome is that of the client's own socket")
		}
	})
}

func TestAClientIsWelcomedOnce(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Expect(ana, Welcome)
		ana.ExpectSilence()
	})
}

func TestNobodyElseHearsTheWelcome(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Expect(ana, Welcome)
		gatewaytest.Expect(srv.Dial(nil), Welcome)
		ana.ExpectSilence()
	})
}

func TestAHundredClientsAtOnceAreWelcomed(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		clients := make([]*gatewaytest.Client, 100)
		var dialing sync.WaitGroup
		for i := range clients {
			dialing.Go(func() { clients[i] = srv.Dial(nil) })
		}
		dialing.Wait()

		seen := make(map[string]bool)
		for _, c := range clients {
			seen[gatewaytest.Expect(c, Welcome).ID] = true
		}
		require.Len(t, seen, len(clients), "a hundred clients have a hundred ids")
	})
}

func TestTheConnectionIsLogged(t *testing.T) {
	printed := recordLog(t)
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		ana.Close()
		require.Contains(t, printed.String(), "client connected", "the log says what happened")
		require.Contains(t, printed.String(), ana.ID(), "the log says to whom")
	})
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
