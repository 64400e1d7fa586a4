package course

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

const mineFile = "lessons/01-fixture/mine/fixture.go"

func TestARightAnswerPasses(t *testing.T) {
	report := judged(t, answered(t, "\treturn 42\n"))
	require.True(t, report.Passed())
	require.Len(t, report.Verdicts, 3)
	require.Positive(t, report.Took)
}

func TestTheStarterFailsAndTheSolutionPasses(t *testing.T) {
	r := cloned(t)
	starter, err := r.Native(t.Context(), fixture, Exam{Subject: Starter})
	require.NoError(t, err)
	require.False(t, starter.Passed())
	solution, err := r.Native(t.Context(), fixture, Exam{Subject: Solution})
	require.NoError(t, err)
	require.True(t, solution.Passed())
}

func TestAWrongAnswerSaysWhatWasExpectedWhatCameAndWhere(t *testing.T) {
	report := judged(t, answered(t, "\treturn 0\n"))
	require.False(t, report.Passed())
	v := verdict(t, report, "TestTheAnswerIsRight")
	require.False(t, v.Passed)
	require.Equal(t, "the answer to everything\nexpected: 42\ngot:      0", v.Text())
	require.Equal(t, "lessons/01-fixture/fixture_test.go:12", v.Where)
	require.Nil(t, v.Crash)
}

func TestWhatTheCodePrintsIsKeptWithItsTest(t *testing.T) {
	report := judged(t, answered(t, "\tprintln(\"thinking\")\n\treturn 0\n"))
	require.Equal(t, []string{"thinking"}, verdict(t, report, "TestTheAnswerIsRight").Printed)
	require.Equal(t, []string{"running"}, verdict(t, report, "TestItRuns").Printed)
}

func TestACompileErrorHasItsPlace(t *testing.T) {
	report := judged(t, answered(t, "\treturn \"42\"\n"))
	require.False(t, report.Passed())
	require.Empty(t, report.Verdicts)
	require.Len(t, report.Problems, 1)
	require.Equal(t, mineFile+":7:9", report.Problems[0].Place())
	require.Contains(t, report.Problems[0].Message, `cannot use "42"`)
}

func TestBrokenTextHasItsPlace(t *testing.T) {
	report := judged(t, answered(t, "\treturn 42 +\n"))
	require.Equal(t, mineFile, report.Problems[0].File)
	require.Contains(t, report.Problems[0].Message, "syntax error")
}

func TestAPanicShowsItsPlaceInTheLearnersCodeAndTheOtherTestsAreJudged(t *testing.T) {
	report := judged(t, answered(t, "\tvar a []int\n\treturn a[3]\n"))
	v := verdict(t, report, "TestTheAnswerIsRight")
	require.False(t, v.Passed)
	require.Equal(t, Problem{File: mineFile, Line: 8, Message: "panic: runtime error: index out of range [3] with length 0"}, *v.Crash)
	require.True(t, verdict(t, report, "TestATaskEnds").Passed)
	require.True(t, verdict(t, report, "TestItRuns").Passed)
}

func TestAPanicBeforeAnyTestIsAProblem(t *testing.T) {
	r := answered(t, "\treturn answer\n")
	edit(t, r, "// Answer returns", "var answer = func() int { panic(\"too early\") }()\n\n// Answer returns")
	report := judged(t, r)
	require.Equal(t, []Problem{{File: mineFile, Line: 4, Message: "panic: too early"}}, report.Problems)
}

func TestAGoroutineLeftBehindFailsItsTestAlone(t *testing.T) {
	r := answered(t, "\treturn 42\n")
	edit(t, r, "go func() { done <- true }()", "go func() { done <- true; select {} }()")
	report := judged(t, r)
	v := verdict(t, report, "TestATaskEnds")
	require.False(t, v.Passed)
	require.Contains(t, v.Crash.Message, "deadlock")
	require.Equal(t, mineFile+":11", v.Crash.Place())
	require.True(t, verdict(t, report, "TestItRuns").Passed)
}

func TestATestThatHangsIsEndedAndSaysWhere(t *testing.T) {
	r := answered(t, "\tselect {}\n")
	report, err := r.Native(t.Context(), fixture, Exam{Subject: Mine, Timeout: time.Second})
	require.NoError(t, err)
	v := verdict(t, report, "TestTheAnswerIsRight")
	require.Contains(t, v.Crash.Message, "test timed out after 1s")
	require.Equal(t, mineFile+":7", v.Crash.Place())
	require.Len(t, report.Verdicts, 1, "the others would hang as long")
}

func TestOneFailureOfManyRunsCounts(t *testing.T) {
	r := answered(t, "\tanswers++\n\tif answers == 2 {\n\t\treturn 0\n\t}\n\treturn 42\n")
	edit(t, r, "// Answer returns", "var answers int\n\n// Answer returns")
	report, err := r.Native(t.Context(), fixture, Exam{Subject: Mine, Flags: []string{"-test.count=3"}})
	require.NoError(t, err)
	require.False(t, verdict(t, report, "TestTheAnswerIsRight").Passed)
	require.True(t, verdict(t, report, "TestATaskEnds").Passed)
}

func TestVetFindsWhatCompilesAndIsMostLikelyWrong(t *testing.T) {
	r := answered(t, "\tfmt.Printf(\"%d\", \"42\")\n\treturn 42\n")
	edit(t, r, "package fixture\n", "package fixture\n\nimport \"fmt\"\n")
	require.True(t, judged(t, r).Passed())
	said, err := r.Vet(t.Context(), fixture)
	require.NoError(t, err)
	require.Len(t, said, 1)
	require.Equal(t, mineFile+":9:14", said[0].Place())
	require.Contains(t, said[0].Message, "has arg \"42\" of wrong type string")
}

func TestVetSaysNothingOfAnOrdinaryAnswer(t *testing.T) {
	said, err := answered(t, "\treturn 42\n").Vet(t.Context(), fixture)
	require.NoError(t, err)
	require.Empty(t, said)
}

// A handler's panic is contained by the gateway; gatewaytest says where it was.
func TestAPanicInAHandlerShowsItsPlace(t *testing.T) {
	r, err := FindRepo()
	require.NoError(t, err)
	l, _ := lessons.Find("connection")
	solution := r.Path("lessons", l.Folder, "solution", l.Edit)
	broken, line := sabotaged(t, solution, `panic("boom")`)

	report, err := r.Native(t.Context(), l, Exam{Subject: Solution, Overlay: map[string]string{solution: broken}})
	require.NoError(t, err)
	require.False(t, report.Passed())
	crash := report.Verdicts[0].Crash
	require.Equal(t, Problem{File: r.Rel(solution), Line: line, Message: "panic: boom"}, *crash)
}
