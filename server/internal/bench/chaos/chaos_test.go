package chaos_test

import (
	"bytes"
	"context"
	"os"
	"os/signal"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/app"
	"wslab/server/internal/bench/chaos"
)

// TestMain makes this program the lab's, too: the servers are processes.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		os.Exit(app.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)) //nolint:gocritic // the process ends
	}
	os.Exit(m.Run())
}

func TestNothingIsLostWhenAServerIsKilled(t *testing.T) {
	program, err := os.Executable()
	require.NoError(t, err)
	var said bytes.Buffer
	err = chaos.Bench{Program: program, Dir: ".", Out: &said, Kills: 1, Clients: 6}.Run(t.Context())
	require.NoError(t, err, said.String())
	require.Regexp(t, `[1-9]\d* messages sent, [1-9]\d* acknowledged, [1-9]\d* delivered\. 0 acknowledged and lost, 0 duplicated, 0 out of order\.`, said.String())
	require.Regexp(t, `[1-9]\d* connections lost with their server; clients came back [1-9]\d* times, 0 of them not recovered`, said.String())
	require.NotContains(t, said.String(), "UNEXPECTED")
}

func TestTwoClientsAreTooFew(t *testing.T) {
	require.ErrorContains(t, chaos.Bench{Clients: 2, Kills: 1}.Run(t.Context()), "at least 3 clients")
}
