package soak_test

import (
	"bytes"
	"context"
	"os"
	"os/signal"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/app"
	"wslab/server/internal/bench/soak"
)

// TestMain makes this program the lab's, too: the server is a process.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "serve" {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		defer stop()
		os.Exit(app.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)) //nolint:gocritic // the process ends
	}
	os.Exit(m.Run())
}

// used runs a server for some seconds and returns what was printed.
func used(t *testing.T, b soak.Bench) string {
	var err error
	b.Program, err = os.Executable()
	require.NoError(t, err)
	var said bytes.Buffer
	b.Dir, b.Out, b.Clients, b.Every, b.Life = ".", &said, 20, time.Second, 300*time.Millisecond
	err = b.Run(t.Context())
	if err != nil {
		require.ErrorIs(t, err, soak.ErrFailed, said.String()) // so short a run may look as if it grows
	}
	return said.String()
}

func TestNothingIsLostWhileClientsAreCut(t *testing.T) {
	said := used(t, soak.Bench{For: 5 * time.Second})
	require.Contains(t, said, "0 lost, 0 duplicated, 0 out of order")
	require.Contains(t, said, "0 acknowledged and not heard")
	sums := regexp.MustCompile(`([1-9]\d*) messages sent, (\d+) acknowledged, [1-9]\d* delivered`).FindStringSubmatch(said)
	require.Len(t, sums, 3, said)
	require.Equal(t, sums[1], sums[2])
	require.Regexp(t, `cut: [1-9]\d* FIN .* RST .* stalled .* half open .* garbage`, said)
	require.NotContains(t, said, "UNEXPECTED")
}

func TestNobodyIsThrownOutWithinTheRateLimit(t *testing.T) {
	said := used(t, soak.Bench{For: 3 * time.Second, Limited: true})
	require.Contains(t, said, "0 lost, 0 duplicated, 0 out of order")
	require.Contains(t, said, " flood")
	require.NotContains(t, said, "UNEXPECTED")
}

func TestOneClientIsTooFew(t *testing.T) {
	require.ErrorContains(t, soak.Bench{Clients: 1, For: time.Second}.Run(t.Context()), "at least 2 clients")
}
