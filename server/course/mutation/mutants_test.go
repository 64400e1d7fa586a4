package mutation

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

func TestASolutionIsChangedInOnePlaceAfterTheOther(t *testing.T) {
	s, err := load("testdata/tiny")
	require.NoError(t, err)
	mutants, err := s.mutants("tiny.go")
	require.NoError(t, err)
	var changes []string
	for _, m := range mutants {
		changes = append(changes, m.Before+" → "+m.After)
	}
	require.ElementsMatch(t, []string{
		"if b.n+n > 10 && !b.open { → if b.n+n > 10 || !b.open {",
		"if b.n+n > 10 && !b.open { → if b.n+n <= 10 && !b.open {",
		"if b.n+n > 10 && !b.open { → if b.n+n >= 10 && !b.open {",
		"if b.n+n > 10 && !b.open { → if b.n-n > 10 && !b.open {",
		"if b.n+n > 10 && !b.open { → if b.n+n > 11 && !b.open {",
		"if b.n+n > 10 && !b.open { → if b.n+n > 10 && b.open {",
		"return errFull → return nil",
		"b.n++ → b.n--",
		"b.n++ → if false { b.n++ }",
		"b.open = true → if false { b.open = true }",
		"b.open = true → b.open = false",
		"b.open = false b.close() → if false { b.open = false b.close() }",
		"b.open = false → if false { b.open = false }",
		"b.open = false → b.open = true",
		"b.close() → if false { b.close() }",
		"b.close() → if false { b.close() }",
		"case b.full(): → case !(b.full()):",
		"func (b *box) full() bool { return b.n == 10 } → func (b *box) full() bool { return b.n != 10 }",
		"func (b *box) full() bool { return b.n == 10 } → func (b *box) full() bool { return b.n == 11 }",
		"if b.full() { → if !(b.full()) {",
		"} else { defer b.full() } → } else { if false { { defer b.full() } } }",
		"b.n = 0 → if false { b.n = 0 }",
		"b.n = 0 → b.n = 1",
		"defer b.full() → if false { defer b.full() }",
	}, changes)
}

func TestAMutantThatDoesNotCompileIsNone(t *testing.T) {
	s, err := load("testdata/tiny")
	require.NoError(t, err)
	mutants, err := s.mutants()
	require.NoError(t, err)
	for i, file := range s.pkg.CompiledGoFiles {
		require.False(t, s.compiles(i, "package tiny\n\nfunc f() { return 1 }\n"), file)
	}
	for _, m := range mutants {
		require.True(t, s.compiles(0, m.source), m.After)
	}
}

// Lesson 2 has a line of which nobody sees more than half: what a map of its clients holds beside their ids.
func TestWhatATestRejectsIsCaughtAndWhatNoneDoesIsShown(t *testing.T) {
	defer func(was time.Duration) { patience = was }(patience)
	patience = 5 * time.Second // one of them waits for a lock for ever
	l, _ := lessons.Find("disconnect")
	r, err := Run(t.Context(), "../../..", l, false)
	require.NoError(t, err)
	require.Len(t, r.Survivors, 1)
	require.Equal(t, "l.here[socket.ID()] = false", r.Survivors[0].After)
	require.NotEmpty(t, r.Why(r.Survivors[0]))
	require.Equal(t, r.Mutants-1, r.Caught())
	require.Greater(t, r.Caught(), 5)
}
