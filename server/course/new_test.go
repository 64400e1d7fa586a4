package course

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestANewGatewayIsFormattedAndItsTestsPass(t *testing.T) {
	real, err := FindRepo()
	require.NoError(t, err)
	r := cloned(t)
	for _, part := range []string{"server/gateway", "server/protocol", "server/transport"} {
		require.NoError(t, os.CopyFS(r.Path(part), os.DirFS(real.Path(part))))
	}
	var out bytes.Buffer
	require.NoError(t, r.New("lobby", &out))
	require.Contains(t, out.String(), "go test ./server/lobby")
	require.NoError(t, r.formatted(&out), out.String())

	text, err := r.Go(t.Context(), nil, "test", "./server/lobby").CombinedOutput()
	require.NoError(t, err, string(text))
}

func TestANameThatIsNoneIsRefused(t *testing.T) {
	r := cloned(t)
	for _, name := range []string{"", "Lobby", "my-lobby", "../lobby", "func", "gateway", "main", "1st", "ñu"} {
		require.ErrorContains(t, r.New(name, &bytes.Buffer{}), "lobby", name)
		require.NoDirExists(t, r.Path("server", name, name+".go"))
	}
}

func TestWhatExistsIsNotOverwritten(t *testing.T) {
	r := cloned(t)
	require.NoError(t, os.MkdirAll(r.Path("server", "lobby"), 0o755))
	require.ErrorContains(t, r.New("lobby", &bytes.Buffer{}), "exists already")
}
