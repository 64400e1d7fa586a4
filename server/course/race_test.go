//go:build race

package course

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestADataRaceShowsItsPlace(t *testing.T) {
	r := answered(t, "\tn := 42\n\tok := make(chan bool)\n\tgo func() { n = 42; ok <- true }()\n\tn++\n\t<-ok\n\treturn 42\n")
	report, err := r.Native(t.Context(), fixture, Exam{Subject: Mine, Race: true})
	require.NoError(t, err)
	v := verdict(t, report, "TestTheAnswerIsRight")
	require.False(t, v.Passed)
	require.Equal(t, "WARNING: DATA RACE", v.Crash.Message)
	require.Equal(t, mineFile, v.Crash.File)
}
