package course

import (
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestMineIsMadeFromTheStarterOnce(t *testing.T) {
	r := cloned(t)
	dir, made, err := r.Mine(fixture)
	require.NoError(t, err)
	require.True(t, made)
	starter, err := os.ReadFile(r.Path("lessons/01-fixture/starter/fixture.go"))
	require.NoError(t, err)
	mine, err := os.ReadFile(filepath.Join(dir, "fixture.go"))
	require.NoError(t, err)
	require.Equal(t, string(starter), string(mine))

	_, made, err = r.Mine(fixture)
	require.NoError(t, err)
	require.False(t, made)
}

func TestMineIsNeverOverwritten(t *testing.T) {
	r := cloned(t)
	dir := r.mine(fixture)
	require.NoError(t, os.Mkdir(dir, 0o755)) // also an empty one is the learner's
	_, made, err := r.Mine(fixture)
	require.NoError(t, err)
	require.False(t, made)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
}

func TestOfManyCommandsOneMakesMine(t *testing.T) {
	r := cloned(t)
	var making sync.WaitGroup
	makers := make(chan bool, 20)
	for range cap(makers) {
		making.Go(func() {
			_, made, err := r.Mine(fixture)
			makers <- made && err == nil
		})
	}
	making.Wait()
	close(makers)
	n := 0
	for made := range makers {
		if made {
			n++
		}
	}
	require.Equal(t, 1, n)
	left, err := filepath.Glob(r.Path("lessons/01-fixture/.mine-*"))
	require.NoError(t, err)
	require.Empty(t, left)
}

func inspected(t *testing.T, r Repo) []Problem {
	t.Helper()
	problems, err := r.Inspect(fixture, r.mine(fixture))
	require.NoError(t, err)
	return problems
}

func TestTheStarterMayBeJudged(t *testing.T) {
	require.Empty(t, inspected(t, answered(t, "\treturn 0\n")))
}

func TestAnImportThatTheLessonDoesNotUseIsAProblem(t *testing.T) {
	r := answered(t, "\treturn 0\n")
	edit(t, r, "package fixture\n", "package fixture\n\nimport (\n\t\"fmt\"\n\t\"os\"\n)\n")
	require.Equal(t, []Problem{{File: mineFile, Line: 6, Column: 2, Message: `imports "os", which this lesson does not use; allowed are: fmt, sync`}}, inspected(t, r))
	require.Equal(t, inspected(t, r), judged(t, r).Problems)
}

func TestAnotherPackageClauseIsAProblem(t *testing.T) {
	r := answered(t, "\treturn 0\n")
	edit(t, r, "package fixture\n", "package mine\n")
	require.Contains(t, inspected(t, r)[0].String(), mineFile+`:2:9: this file is of package mine; the lesson's package is fixture`)
}

func TestAMissingFileIsAProblemThatSaysHowToStartAgain(t *testing.T) {
	r := cloned(t)
	require.NoError(t, os.Mkdir(r.mine(fixture), 0o755))
	problems := inspected(t, r)
	require.Equal(t, mineFile, problems[0].File)
	require.Contains(t, problems[0].Message, "delete the folder lessons/01-fixture/mine")
}

func TestARepoIsFoundFromAnyFolderInIt(t *testing.T) {
	r := cloned(t)
	root, err := filepath.EvalSymlinks(r.Root)
	require.NoError(t, err)
	t.Chdir(r.Path("lessons/01-fixture"))
	found, err := FindRepo()
	require.NoError(t, err)
	require.Equal(t, root, found.Root)
}

func TestOutsideOfARepoTheErrorSaysWhereToGo(t *testing.T) {
	t.Chdir(t.TempDir())
	_, err := FindRepo()
	require.ErrorContains(t, err, "change to the folder with its go.mod")
}

func TestWhateverStandsInMineTheHouseIsFormatted(t *testing.T) {
	r := answered(t, "return   0 +++\n")
	require.NoError(t, r.formatted(t.Output()))
}

func TestWhatTheLessonDoesNotAllowIsSaidInTheLearnersLanguage(t *testing.T) {
	r := answered(t, "\treturn 0\n")
	edit(t, r, "package fixture\n", "package other\n\nimport \"os\"\n")
	var out strings.Builder
	NewPrinter(&out, fixture, "es").Tested(Natively, Report{Problems: inspected(t, r)})
	require.Contains(t, out.String(), `importa "os", que esta lección no usa; se permiten: fmt, sync`)
	require.Contains(t, out.String(), `el de la lección es fixture: escribe "package fixture"`)
	require.NoError(t, os.Remove(filepath.Join(r.mine(fixture), "fixture.go")))
	NewPrinter(&out, fixture, "es").Tested(Natively, Report{Problems: inspected(t, r)})
	require.Contains(t, out.String(), "aquí no hay ningún archivo Go")
}

// Windows refuses to rename onto a folder with another error than the rest; so does every system onto a file.
func TestWhatIsThereDecidesNotTheErrorOfRenaming(t *testing.T) {
	r := cloned(t)
	dir := r.mine(fixture)
	require.NoError(t, os.WriteFile(dir, []byte("the learner's"), 0o644))
	made, err := copyOnce(r.Path("lessons/01-fixture/starter"), dir)
	require.NoError(t, err)
	require.False(t, made)
	kept, err := os.ReadFile(dir)
	require.NoError(t, err)
	require.Equal(t, "the learner's", string(kept))
}
