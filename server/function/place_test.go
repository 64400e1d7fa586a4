package function

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAVersionTellsWhatHandlesItsEventsAndWhereThatStands(t *testing.T) {
	l := shared(t)
	name := l.Handlers()["echo"]
	require.NotEmpty(t, name)
	file, line := Place(l.root, name)
	require.Equal(t, fixtureFile, file)
	require.Positive(t, line)
}

func TestAFunctionThatTheModuleDoesNotHaveStandsNowhere(t *testing.T) {
	for _, name := range []string{"", "main", "wslab/nowhere.f", "wslab/server/gateway.(*Nobody).f-fm", "net/http.Error", "../../etc/passwd.x", "wslab/../../main.main"} {
		file, line := Place("../..", name)
		require.Empty(t, file, name)
		require.Zero(t, line, name)
	}
}
