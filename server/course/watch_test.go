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

// looking watches a folder on a file system that tells nothing.
func looking(ctx context.Context, dir string) <-chan Stamp {
	silence := func(context.Context, string) <-chan struct{} { return nil }
	return watcher{dir: dir, stirrings: silence, rest: 25 * time.Millisecond, hollow: 250 * time.Millisecond, every: time.Second}.watch(ctx)
}

func TestEveryKindOfSaveIsSeen(t *testing.T) {
	for _, how := range []string{"write", "rename over", "remove and create"} {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			dir := t.TempDir()
			write(t, dir, "package a", "write")
			states := looking(ctx, dir)
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
		states := looking(ctx, dir)
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
		states := looking(ctx, dir)
		<-states
		write(t, dir, "package a", "rename over")
		_, open := <-states
		require.False(t, open, "it ends with its context and says nothing before")
	})
}

func TestATextIsToldWhenItIsAtRest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		dir := t.TempDir()
		write(t, dir, "package a", "write")
		stirs := make(chan struct{})
		told := func(context.Context, string) <-chan struct{} { return stirs }
		states := watcher{dir: dir, stirrings: told, rest: 25 * time.Millisecond, hollow: 250 * time.Millisecond, every: time.Hour}.watch(ctx)
		<-states
		start := time.Now()
		for i := range 10 { // an editor that writes and writes
			write(t, dir, fmt.Sprint("package a", i), "write")
			stirs <- struct{}{}
			time.Sleep(10 * time.Millisecond)
		}
		require.Equal(t, stamp(dir), <-states)
		require.Equal(t, 115*time.Millisecond, time.Since(start), "the tenth came after 90 ms")
	})
}

func TestAnEmptyFileIsGivenTimeToBeFilled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		dir := t.TempDir()
		write(t, dir, "package a", "write")
		states := looking(ctx, dir)
		<-states
		write(t, dir, "", "write")
		time.Sleep(1200 * time.Millisecond) // it has been looked at, and once is not enough
		write(t, dir, "package b", "write")
		require.Equal(t, stamp(dir), <-states)
	})
}

func TestOnlyTheNewestStateIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		dir := t.TempDir()
		states := looking(ctx, dir)
		<-states
		for i := range 5 {
			write(t, dir, fmt.Sprint("package a", i), "write")
			time.Sleep(3 * time.Second) // fake time: the watcher looks three times
		}
		require.Equal(t, stamp(dir), <-states)
	})
}

// listening watches a folder that is never looked at but when the file system says so.
func listening(ctx context.Context, dir string) <-chan Stamp {
	return watcher{dir: dir, stirrings: stirrings, rest: 5 * time.Millisecond, hollow: 50 * time.Millisecond, every: 24 * time.Hour}.watch(ctx)
}

// next receives a state that must come.
func next(t *testing.T, states <-chan Stamp) Stamp {
	t.Helper()
	select {
	case s := <-states:
		return s
	case <-time.After(time.Minute):
		require.Fail(t, "the save was not noticed")
		return Stamp{}
	}
}

func TestTheFileSystemTellsOfEveryKindOfSave(t *testing.T) {
	dir := t.TempDir()
	write(t, dir, "package a", "write")
	states := listening(t.Context(), dir)
	next(t, states)
	for i, how := range []string{"write", "rename over", "remove and create"} {
		write(t, dir, fmt.Sprint("package b", i), how)
		require.Equal(t, stamp(dir).content, next(t, states).content, how)
	}
}

func TestAFolderThatIsMadeAgainIsSeen(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "mine")
	require.NoError(t, os.Mkdir(dir, 0o755))
	write(t, dir, "package a", "write")
	states := listening(t.Context(), dir)
	next(t, states)
	require.NoError(t, os.RemoveAll(dir))
	require.True(t, next(t, states).hollow)
	require.NoError(t, os.Mkdir(dir, 0o755))
	write(t, dir, "package b", "write")
	require.Equal(t, stamp(dir).content, next(t, states).content)
	write(t, dir, "package c", "write")
	require.Equal(t, stamp(dir).content, next(t, states).content, "it is heard as before")
}
