package web

import (
	"net/http"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/web/figures"
	"wslab/web/text"
)

// results is a page of what was measured.
func results(t *testing.T, lang string, rows ...figures.Row) string {
	file := filepath.Join(t.TempDir(), "bench.json")
	if len(rows) > 0 {
		require.NoError(t, figures.Save(file, "server", rows...))
	}
	page := get(New(Config{Built: t.TempDir(), Figures: file}), "/"+lang+"/bench")
	require.Equal(t, http.StatusOK, page.Code)
	return page.Body.String()
}

func row() figures.Row {
	r := figures.NewRow("fanout100", "fan-out", "µs")
	r.Bars = []figures.Bar{
		{Name: "ws", N: 3, Median: 12.5, Min: 12, Max: 13, Bound: 11, Goal: "≤ 1.1 × limit", Verdict: figures.Missed},
		{Name: "limit", N: 3, Median: 10, Min: 9, Max: 50},
	}
	return r
}

func TestWithoutFiguresThePageNamesTheCommandThatMeasures(t *testing.T) {
	for _, lang := range lessons.Languages {
		page := results(t, lang)
		require.Contains(t, page, "./task bench")
		require.NotContains(t, page, "<table>")
	}
}

func TestEachFigureIsABarAndARowOfATable(t *testing.T) {
	page := results(t, "es", row())
	require.Contains(t, page, "Un mensaje a 100 clientes")
	require.Contains(t, page, `width="25.00%"`, "12.5 of 50")
	require.Contains(t, page, `x1="22.00%"`, "the goal")
	require.Contains(t, page, "<td>12.0–13.0</td>")
	require.Contains(t, page, "✗ no alcanzada")
	require.Contains(t, page, `<desc id="server-fanout100-desc">ws 12.5, limit 10.0</desc>`)
}

func TestThePageSaysWhereAndWhenItWasMeasured(t *testing.T) {
	r := row()
	page := results(t, "en", r)
	require.Contains(t, page, r.At.Format("2006-01-02 15:04"))
	require.Contains(t, page, r.Go)
}

func TestARowWithoutTextsIsNotShown(t *testing.T) {
	r := row()
	r.Name = "unknown"
	require.NotContains(t, results(t, "en", r), "<table>")
}

func TestBothLanguagesNameTheSameRows(t *testing.T) {
	english, _ := text.In("en")
	spanish, _ := text.In("es")
	for i, part := range english.Bench.Parts {
		require.Equal(t, part.Key, spanish.Bench.Parts[i].Key)
		for j, row := range part.Rows {
			require.Equal(t, row.Key, spanish.Bench.Parts[i].Rows[j].Key)
		}
	}
}
