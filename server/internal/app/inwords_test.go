package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/function"
)

func TestEveryKindOfProblemIsSaidInSpanish(t *testing.T) {
	for _, kind := range []function.Kind{
		function.Panicked, function.Looping, function.Stalled, function.Blocked, function.Recursing,
		function.OutOfMemory, function.SlowClient, function.Exited,
	} {
		p := function.Problem{Kind: kind, File: "mine/a.go", Line: 3, Message: "in English"}
		said := inWords(p, "es", false)
		require.Contains(t, said, "mine/a.go:3: ")
		require.NotEqual(t, p.String(), said, kind)
	}
}

func TestAPanicKeepsItsOwnWords(t *testing.T) {
	p := function.Problem{Kind: function.Panicked, File: "mine/a.go", Line: 3, Message: "panic: oops"}
	require.Contains(t, inWords(p, "es", true), ": oops")
}

func TestInEnglishACrashIsSaidAndWhatWasPrintedIsNotSaidAgain(t *testing.T) {
	p := function.Problem{Kind: function.Blocked, File: "mine/a.go", Line: 3, Message: "it waits"}
	require.Equal(t, "mine/a.go:3: it waits", inWords(p, "en", true))
	require.Empty(t, inWords(p, "en", false))
}
