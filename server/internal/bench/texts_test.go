package bench

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
	"wslab/server/internal/bench/load"
	"wslab/web/text"
)

func TestThePageHasTextsForEveryRow(t *testing.T) {
	for _, lang := range lessons.Languages {
		texts, _ := text.In(lang)
		server, ok := texts.Bench.Part(servers)
		require.True(t, ok)
		for _, name := range load.Figures() {
			_, ok := server.Row(name)
			require.True(t, ok, "%s: %s", lang, name)
		}
		_, ok = texts.Bench.Part(transports)
		require.True(t, ok)
	}
}
