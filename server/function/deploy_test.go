package function

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

func TestANewVersionTakesOver(t *testing.T) {
	l := running(t, "unruly")
	old := welcome(t, l, "v1")
	l.edit(`version = "v1"`, `version = "v2"`)
	require.NoError(t, l.Deploy(t.Context()))
	old.expect(`{"event":"welcome","data":"v2"}`)
	require.Equal(t, "hello", old.call("echo", "hello"))
	require.Equal(t, "hello", welcome(t, l, "v2").call("echo", "hello"))
	require.Equal(t, 2, l.State().Version)
}

func TestABuildErrorKeepsTheVersionThatRuns(t *testing.T) {
	l := running(t, "unruly")
	c := welcome(t, l, "v1")
	l.edit(`const version = "v1"`, `const version int = "v2"`)
	err := l.Deploy(t.Context())
	require.ErrorContains(t, err, fixtureFile)
	require.Equal(t, "hello", c.call("echo", "hello"))
	welcome(t, l, "v1")

	s := l.State()
	require.Equal(t, Broken, s.Phase)
	require.True(t, s.Serving)
	require.Equal(t, fixtureFile, s.Problems[0].File)
	require.Equal(t, l.lineOf(`"v2"`), s.Problems[0].Line)
	require.Contains(t, s.Problems[0].Message, `cannot use "v2"`)

	l.edit(`const version int = "v2"`, `const version = "v1"`)
	require.NoError(t, l.Deploy(t.Context()))
	require.Empty(t, l.State().Problems)
	welcome(t, l, "v1")
}

func TestAVersionThatPanicsAtItsStartKeepsTheOneThatRuns(t *testing.T) {
	l := running(t, "unruly")
	c := welcome(t, l, "v1")
	l.edit("var kept [][]byte", "var kept = [][]byte{nil}[1:2:2]\n\nfunc init() { write(nil) }")
	require.Error(t, l.Deploy(t.Context()))
	require.Equal(t, "hello", c.call("echo", "hello"))
	s := l.State()
	require.Equal(t, Broken, s.Phase)
	require.Equal(t, fixtureFile, s.Problems[0].File)
	require.Positive(t, s.Problems[0].Line)
	require.Contains(t, s.Problems[0].Message, "panic: ")
}

func TestAClientWaitsForTheFirstVersion(t *testing.T) {
	l := newLab(t, "unruly")
	c := dial(t, l, "")
	require.NoError(t, l.Deploy(t.Context()))
	require.Contains(t, c.read(), "connected")
}

func TestAFunctionThatNeverBuiltRefusesClients(t *testing.T) {
	l := newLab(t, "unruly")
	l.edit("package unruly", "pakcage unruly")
	require.Error(t, l.Deploy(t.Context()))
	require.Equal(t, gateway.TryAgainLater, dial(t, l, "").expectEnd())
	require.False(t, l.State().Serving)
	require.Equal(t, Problem{File: fixtureFile, Line: 2, Column: 1, Message: "expected 'package', found pakcage"}, l.State().Problems[0])
}

// problemsOf returns the problems of the fixture with a change.
func problemsOf(t *testing.T, old, new string) []Problem {
	t.Helper()
	l := newLab(t, "unruly")
	l.edit(old, new)
	_, err := Build(t.Context(), l.root, l.options.Package)
	var e *Error
	require.ErrorAs(t, err, &e)
	return e.Problems
}

func TestEveryBuildErrorHasItsPlace(t *testing.T) {
	problems := problemsOf(t, "return in }),\n\t\t\ton(\"say\"", "return inn }),\n\t\t\tonn(\"say\"")
	require.Len(t, problems, 2)
	for _, p := range problems {
		require.Equal(t, fixtureFile, p.File)
		require.Positive(t, p.Line)
		require.Positive(t, p.Column)
		require.Contains(t, p.Message, "undefined")
	}
}

func TestAMissingNewIsExplained(t *testing.T) {
	problems := problemsOf(t, "func New(", "func Neu(")
	require.Equal(t, learner, problems[0].File)
	require.Contains(t, problems[0].Message, "must declare func New(everyone gateway.Emitter) gateway.Gateway")
}

func TestAnUnknownImportIsNamed(t *testing.T) {
	problems := problemsOf(t, `"fmt"`, `"fnt"`)
	require.Equal(t, fixtureFile, problems[0].File)
	require.Equal(t, "there is no package fnt", problems[0].Message)
	problems = problemsOf(t, `"fmt"`, `"example.com/fmt"`)
	require.Equal(t, fixtureFile, problems[0].File)
	require.Contains(t, problems[0].Message, "example.com/fmt")
}

func TestAPackageThatIsNotThereIsNamed(t *testing.T) {
	l := newLab(t, "unruly")
	_, err := Build(t.Context(), l.root, "wslab/lessons/02-nothing/mine")
	require.ErrorContains(t, err, "lessons/02-nothing/mine")
}

// Lesson 3 imports another module, which a build must not fetch.
func TestTheReferenceAnswerOfALessonBuilds(t *testing.T) {
	wasm, err := Build(t.Context(), "../..", "wslab/lessons/03-auth/solution")
	require.NoError(t, err)
	require.Equal(t, "\x00asm", string(wasm[:4]))
}
