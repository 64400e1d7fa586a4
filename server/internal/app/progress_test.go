package app_test

import (
	"bytes"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/course/progress"
	"wslab/server/internal/app"
)

// typed returns what a command says that ends with status.
func typed(t *testing.T, status int, args ...string) string {
	t.Helper()
	var said bytes.Buffer
	require.Equal(t, status, app.Main(t.Context(), args, &said, &said), "%s", &said)
	return said.String()
}

func TestHintsComeOneAtATimeAndThenTheAnswerIsOffered(t *testing.T) {
	clone(t)
	first := typed(t, 0, "hint:1", "--lang", "en")
	require.Contains(t, first, "Hint 1 of 3: An event knows")
	require.Contains(t, first, "2 more: ./task hint:1")
	require.Contains(t, typed(t, 0, "hint:connection", "--lang", "es"), "Queda una: ./task hint:1")
	require.Contains(t, typed(t, 0, "hint:1", "--lang", "es"), "./task solution:1")
	all := typed(t, 0, "hint:1", "--lang", "es")
	require.Contains(t, all, "Pista 1 de 3")
	require.Contains(t, all, "Pista 3 de 3")
}

func TestTheAnswerIsShownBesideTheLearnersAndTouchesNothing(t *testing.T) {
	repo := clone(t)
	said := typed(t, 0, "solution:1", "--lang", "es")
	require.Contains(t, said, "+     return Welcome.Emit(socket, Greeting{ID: socket.ID()})")
	require.Contains(t, said, "lessons/01-connection/mine/connection.go no ha cambiado")
	require.NoDirExists(t, repo.Path("lessons/01-connection/mine"))
	require.Contains(t, string(read(t, repo, progress.Name)), " shown ")
}

func TestATextThatWasResetIsRestored(t *testing.T) {
	repo := clone(t)
	const file = "lessons/01-connection/mine/connection.go"
	require.NoError(t, os.Mkdir(repo.Path("lessons/01-connection/mine"), 0o755))
	require.NoError(t, os.WriteFile(repo.Path(file), []byte("package connection // mine"), 0o644))
	require.Contains(t, typed(t, 0, "reset:1", "--lang", "en"), "Your text is kept in lessons/01-connection/.kept/")
	require.Equal(t, read(t, repo, "lessons/01-connection/starter/connection.go"), read(t, repo, file))
	require.Contains(t, typed(t, 0, "restore:1", "--lang", "es"), "./task restore:1 otra vez lo deshace")
	require.Equal(t, "package connection // mine", string(read(t, repo, file)))
}

func TestWhatCannotBeDoneIsSaidWithWhatToTry(t *testing.T) {
	repo := clone(t)
	require.Contains(t, typed(t, 1, "restore:1", "--lang", "en"), "./task reset:1 keeps one")
	require.Contains(t, typed(t, 0, "reset:1", "--lang", "es"), "no hay nada que reiniciar")
	require.NoError(t, os.WriteFile(repo.Path(progress.Name), []byte("# fine\nconn"), 0o644))
	require.Contains(t, typed(t, 0, "hint:1", "--lang", "es"), "progress.txt:2: \"conn\"")
}
