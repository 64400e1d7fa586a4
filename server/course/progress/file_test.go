package progress_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/course/progress"
)

func TestWithoutAFileNothingHasBeenDone(t *testing.T) {
	log, err := progress.Read(filepath.Join(t.TempDir(), progress.Name))
	require.NoError(t, err)
	require.Empty(t, log)
}

func TestANewFileSaysWhatItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), progress.Name)
	fact := progress.Fact{Lesson: "a", Contract: "1", What: progress.Passed, At: noon}
	require.NoError(t, progress.Append(path, fact))
	text, err := os.ReadFile(path)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(text), "# What you have done in wslab"))
	log, err := progress.Read(path)
	require.NoError(t, err)
	require.Equal(t, progress.Log{Facts: []progress.Fact{fact}}, log)
}

func TestWhatStandsInTheFileStaysThere(t *testing.T) {
	path := filepath.Join(t.TempDir(), progress.Name)
	for _, before := range []string{"", "not a fact at all", "a 1 hint 1 2026-11-24T12:00:00Z\r\n", "\xff\xfe\x00half a li"} {
		require.NoError(t, os.WriteFile(path, []byte(before), 0o644))
		require.NoError(t, progress.Append(path, progress.Fact{Lesson: "a", Contract: "1", What: progress.Passed, At: noon}))
		text, err := os.ReadFile(path)
		require.NoError(t, err)
		require.True(t, strings.HasPrefix(string(text), before))
		log, err := progress.Read(path)
		require.NoError(t, err)
		require.True(t, log.State("a", "1").Done, "%q does not run into what follows", before)
	}
}

func TestManyAppendAtOnceAndNothingIsLost(t *testing.T) {
	path := filepath.Join(t.TempDir(), progress.Name)
	var writing sync.WaitGroup
	for machine := range 20 {
		writing.Go(func() {
			for n := range 25 {
				_ = progress.Append(path, progress.Fact{Lesson: fmt.Sprint("l", machine), Contract: "1", What: progress.Hint, Number: n + 1, At: noon})
			}
		})
	}
	writing.Wait()
	log, err := progress.Read(path)
	require.NoError(t, err)
	require.Empty(t, log.Damaged)
	require.Len(t, log.Facts, 20*25)
}
