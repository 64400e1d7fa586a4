package load

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestTheUsageOfAProcessIsReadFromProc(t *testing.T) {
	stat := "42 (a (odd) name) S 1 42 42 0 -1 4194304 100 0 0 0 150 25 0 0 20 0 9 0 100 0 0"
	u, err := procUsage(stat, "Name:\tx\nVmHWM:\t 4096 kB\nVmRSS:\t  2048 kB\n")
	require.NoError(t, err)
	require.Equal(t, Usage{CPU: 1750 * time.Millisecond, Resident: 2048, Peak: 4096}, u)
	_, err = procUsage("42 (x) S", "")
	require.ErrorContains(t, err, "not what /proc says")
}

func TestTheUsageOfAProcessIsReadFromPS(t *testing.T) {
	for said, want := range map[string]time.Duration{
		"  0:01.75  2048\n":  1750 * time.Millisecond,
		"01:00:02 2048\n":    time.Hour + 2*time.Second,
		"   12:00.50 2048\n": 12*time.Minute + 500*time.Millisecond,
	} {
		u, err := psUsage(said)
		require.NoError(t, err)
		require.Equal(t, Usage{CPU: want, Resident: 2048}, u)
	}
	_, err := psUsage("")
	require.Error(t, err)
}
