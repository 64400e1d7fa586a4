package load

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAMetricIsReadFromItsLine(t *testing.T) {
	text := "# HELP go_goroutines Number.\n# TYPE go_goroutines gauge\ngo_goroutines 42\nbig 1.5e+06\n"
	n, err := metric(text, "go_goroutines")
	require.NoError(t, err)
	require.InDelta(t, 42, n, 0)
	n, err = metric(text, "big")
	require.NoError(t, err)
	require.InDelta(t, 1.5e6, n, 0)
	_, err = metric(text, "none")
	require.ErrorContains(t, err, "have no none")
}
