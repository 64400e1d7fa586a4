package course

import (
	"bufio"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// texts returns the texts that the learner can find, the present one first.
func texts(t *testing.T, r Repo) (all []string) {
	t.Helper()
	places, err := filepath.Glob(r.Path("lessons/01-fixture/.kept/*/fixture.go"))
	require.NoError(t, err)
	for _, path := range append([]string{r.Path(mineFile)}, places...) {
		if text, err := os.ReadFile(path); err == nil {
			all = append(all, string(text))
		}
	}
	return all
}

func saved(t *testing.T, r Repo, text string) {
	t.Helper()
	require.NoError(t, os.WriteFile(r.Path(mineFile), []byte(text), 0o644))
}

func TestResetKeepsTheTextAndBeginsWithTheStarter(t *testing.T) {
	r := answered(t, "\treturn 42\n")
	mine := texts(t, r)[0]
	kept, err := r.Reset(fixture)
	require.NoError(t, err)
	require.FileExists(t, filepath.Join(kept, "fixture.go"))
	starter, err := os.ReadFile(r.Path("lessons/01-fixture/starter/fixture.go"))
	require.NoError(t, err)
	require.Equal(t, []string{string(starter), mine}, texts(t, r))
}

func TestResetOfTheStarterChangesNothing(t *testing.T) {
	r := answered(t, "\treturn 42\n")
	_, err := r.Reset(fixture)
	require.NoError(t, err)
	before := texts(t, r)
	kept, err := r.Reset(fixture)
	require.NoError(t, err)
	require.Empty(t, kept)
	require.Equal(t, before, texts(t, r))
}

func TestRestoreTwiceIsToChangeNothing(t *testing.T) {
	r := answered(t, "\treturn 42\n")
	first := texts(t, r)[0]
	_, err := r.Reset(fixture)
	require.NoError(t, err)
	saved(t, r, "package fixture // second thoughts")
	_, err = r.Restore(fixture)
	require.NoError(t, err)
	require.Equal(t, []string{first, "package fixture // second thoughts"}, texts(t, r))
	kept, err := r.Restore(fixture)
	require.NoError(t, err)
	require.Contains(t, kept, ".kept")
	require.Equal(t, []string{"package fixture // second thoughts", first}, texts(t, r))
}

func TestWithNothingKeptThereIsNothingToRestore(t *testing.T) {
	r := answered(t, "\treturn 42\n")
	before := texts(t, r)
	_, err := r.Restore(fixture)
	require.ErrorIs(t, err, ErrNothingKept)
	require.Equal(t, before, texts(t, r))
}

func TestWhatWasKeptLastIsNewestWhateverTheClockSays(t *testing.T) {
	r := answered(t, "\treturn 42\n")
	future := r.Path("lessons/01-fixture/.kept", time.Now().Add(time.Hour).UTC().Format(keptName))
	require.NoError(t, os.MkdirAll(future, 0o755))
	require.NoError(t, os.MkdirAll(r.Path("lessons/01-fixture/.kept/zzz-of-somebody-else"), 0o755))
	kept, err := r.Reset(fixture)
	require.NoError(t, err)
	require.Greater(t, kept, future)
	require.NoError(t, os.WriteFile(r.Path("lessons/01-fixture/.kept/zzz"), nil, 0o644))
	newest, err := r.newest(fixture, Stamp{})
	require.NoError(t, err)
	require.Equal(t, kept, newest)
}

func TestTheGoCommandDoesNotSeeKeptTexts(t *testing.T) {
	r := answered(t, "\tthis is no Go\n")
	_, err := r.Reset(fixture)
	require.NoError(t, err)
	out, err := r.Go(t.Context(), nil, "list", "./...").CombinedOutput()
	require.NoError(t, err, "%s", out)
	require.NotContains(t, string(out), "kept")
}

func TestASaveDuringAResetIsInOneOfTheTwoPlaces(t *testing.T) {
	r := answered(t, "\treturn 42\n")
	for i := range 200 {
		saved(t, r, fmt.Sprint("package fixture // before ", i))
		text := fmt.Sprint("package fixture // save ", i)
		var both sync.WaitGroup
		both.Go(func() {
			for os.WriteFile(r.Path(mineFile), []byte(text), 0o644) != nil { // an editor whose folder is gone for a moment
			}
		})
		both.Go(func() {
			if i%2 == 0 {
				_, _ = r.Reset(fixture)
			} else {
				_, _ = r.Restore(fixture)
			}
		})
		both.Wait()
		require.Contains(t, texts(t, r), text)
	}
}

func TestKilledAtAnyMomentNothingIsLost(t *testing.T) {
	if root := os.Getenv("WSLAB_RESET_AND_RESTORE_IN"); root != "" { // this is the process that is killed
		r := Repo{root}
		_, _ = r.Reset(fixture)
		fmt.Println("begun")
		for {
			_, _ = r.Reset(fixture)
			_, _ = r.Restore(fixture)
		}
	}
	r := answered(t, "\treturn 42\n")
	saved(t, r, "package fixture // precious")
	for i := range 25 {
		victim := exec.Command(os.Args[0], "-test.run=^TestKilledAtAnyMomentNothingIsLost$")
		victim.Env = append(os.Environ(), "WSLAB_RESET_AND_RESTORE_IN="+r.Root)
		out, err := victim.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, victim.Start())
		said, err := bufio.NewReader(out).ReadString('\n') // however long this machine takes to start it
		require.NoError(t, err)
		require.Equal(t, "begun\n", said)
		timer := time.NewTimer(time.Duration(i*733) * time.Microsecond)
		<-timer.C
		require.NoError(t, victim.Process.Kill())
		_ = victim.Wait()
		require.Contains(t, texts(t, r), "package fixture // precious", "kill %d", i)
		_, _, err = r.Mine(fixture)
		require.NoError(t, err, "whatever was left, the lesson can go on")
	}
	found := false
	for range 2 { // one restore brings it back, however many starters were kept meanwhile
		found = found || strings.Contains(texts(t, r)[0], "precious")
		_, err := r.Restore(fixture)
		require.NoError(t, err)
	}
	require.True(t, found)
}
