package course

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
)

// write saves text as an editor does, in one of the ways that editors have.
func write(t *testing.T, dir, text, how string) {
	t.Helper()
	path := filepath.Join(dir, "fixture.go")
	switch how {
	case "rename over":
		require.NoError(t, os.WriteFile(path+"~", []byte(text), 0o644))
		require.NoError(t, os.Rename(path+"~", path))
	case "remove and create":
		require.NoError(t, os.Remove(path))
		fallthrough
	default:
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
}

func TestEveryKindOfSaveIsSeen(t *testing.T) {
	for _, how := range []string{"write", "rename over", "remove and create"} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			dir := t.TempDir()
			write(t, dir, "package a", "write")
			states := Watch(ctx, dir, time.Second)
			first := <-states
			write(t, dir, "package b", how)
			require.NotEqual(t, first.content, (<-states).content, how)
		})
	}
}

func TestANewAndARemovedFileAreSeen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		dir := t.TempDir()
		states := Watch(ctx, dir, time.Second)
		empty := <-states
		write(t, dir, "package a", "write")
		one := <-states
		require.NotEqual(t, empty.content, one.content)
		require.NoError(t, os.Remove(filepath.Join(dir, "fixture.go")))
		require.Equal(t, empty.content, (<-states).content)
	})
}

func TestASaveThatChangesNothingIsNoChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		dir := t.TempDir()
		write(t, dir, "package a", "write")
		states := Watch(ctx, dir, time.Second)
		<-states
		write(t, dir, "package a", "rename over")
		_, open := <-states
		require.False(t, open, "it ends with its context and says nothing before")
	})
}

func TestOnlyTheNewestStateIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		dir := t.TempDir()
		states := Watch(ctx, dir, time.Second)
		<-states
		for i := range 5 {
			write(t, dir, fmt.Sprint("package a", i), "write")
			time.Sleep(3 * time.Second) // fake time: the watcher looks three times
		}
		require.Equal(t, stamp(dir), <-states)
	})
}

// A judge records what it finds in the folder: that is what a run of the tests would judge.
type judge struct {
	dir   string
	found []string
	after func(run int) // what happens while the tests run
}

func (j *judge) judge(context.Context) (Report, error) {
	text, err := os.ReadFile(filepath.Join(j.dir, "fixture.go"))
	j.found = append(j.found, string(text))
	j.after(len(j.found))
	return Report{}, err
}

// looped runs a loop over a folder with the text "0" for a minute and returns what was judged.
func looped(t *testing.T, after func(dir string, run int)) (found []string) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		dir := t.TempDir()
		write(t, dir, "0", "write")
		j := &judge{dir: dir, after: func(run int) { after(dir, run) }}
		(&loop{dir: dir, trials: []trial{{Natively, j.judge}}, tell: listeners{}}).run(ctx)
		found = j.found
	})
	return found
}

func TestTheAnswerIsJudgedAtOnceAndOnceOnly(t *testing.T) {
	require.Equal(t, []string{"0"}, looped(t, func(string, int) {}))
}

func TestASaveAfterARunIsJudged(t *testing.T) {
	require.Equal(t, []string{"0", "1", "2"}, looped(t, func(dir string, run int) {
		if run < 3 {
			time.AfterFunc(5*time.Second, func() { write(t, dir, fmt.Sprint(run), "rename over") })
		}
	}))
}

func TestASaveDuringARunIsJudged(t *testing.T) {
	require.Equal(t, []string{"0", "1"}, looped(t, func(dir string, run int) {
		if run == 1 {
			write(t, dir, "1", "write")
		}
	}))
}

func TestTheLastOfManySavesDuringARunIsJudged(t *testing.T) {
	require.Equal(t, []string{"0", "9"}, looped(t, func(dir string, run int) {
		for i := range 10 {
			if run == 1 {
				write(t, dir, fmt.Sprint(i), "write")
				time.Sleep(time.Second) // fake time: the watcher sees each
			}
		}
	}))
}

func TestASaveThatIsUndoneDuringARunIsJudgedAgain(t *testing.T) { // the run may have read either text
	found := looped(t, func(dir string, run int) {
		if run == 1 {
			write(t, dir, "1", "write")
			write(t, dir, "0", "write")
			later := time.Now().Add(time.Hour) // or the clock of the files may not have moved on
			require.NoError(t, os.Chtimes(filepath.Join(dir, "fixture.go"), later, later))
		}
	})
	require.Equal(t, []string{"0", "0"}, found)
}
