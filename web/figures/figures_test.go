package figures_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/web/figures"
)

func TestABarSumsUpItsFigures(t *testing.T) {
	require.Equal(t, figures.Bar{Name: "ws", N: 4, Median: 2, P95: 9, Min: 1, Max: 9}, figures.NewBar("ws", []float64{3, 1, 9, 2}))
	require.Equal(t, figures.Bar{Name: "ws"}, figures.NewBar("ws", nil))
}

func TestAQuantileIsOneOfTheFigures(t *testing.T) {
	all := []float64{5, 1, 4, 2, 3}
	for percent, want := range map[int]float64{0: 1, 20: 1, 21: 2, 50: 3, 95: 5, 100: 5} {
		require.Equal(t, want, figures.Quantile(all, percent), percent)
	}
}

func TestARowTakesThePlaceOfTheOneBefore(t *testing.T) {
	file := filepath.Join(t.TempDir(), "new", "bench.json")
	require.NoError(t, figures.Save(file, "server", figures.Row{Name: "echo", Took: 1}, figures.Row{Name: "idle"}))
	require.NoError(t, figures.Save(file, "transports", figures.Row{Name: "up"}))
	require.NoError(t, figures.Save(file, "server", figures.Row{Name: "echo", Took: 2}))
	r, err := figures.Read(file)
	require.NoError(t, err)
	require.Len(t, r.Parts, 2)
	require.Len(t, r.Parts[0].Rows, 2)
	echo, ok := r.Row("server", "echo")
	require.True(t, ok)
	require.Equal(t, 2.0, echo.Took)
	_, ok = r.Row("transports", "echo")
	require.False(t, ok)
}

func TestAMissingFileHasNoResultsAndABrokenOneSaysSo(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bench.json")
	r, err := figures.Read(file)
	require.NoError(t, err)
	require.Empty(t, r.Parts)
	require.NoError(t, os.WriteFile(file, []byte("{"), 0o644))
	_, err = figures.Read(file)
	require.ErrorContains(t, err, "results of bench")
}
