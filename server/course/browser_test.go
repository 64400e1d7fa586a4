//go:build browser

package course

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/lessons"
)

func TestTheTestsOfALessonPassOnItsSolutionInABrowser(t *testing.T) {
	r, err := FindRepo()
	require.NoError(t, err)
	l, _ := lessons.Find("connection")
	b, err := r.OpenBrowser(t.Context())
	require.NoError(t, err)
	defer b.Close()
	report, err := r.Browser(t.Context(), b, l, Exam{Subject: Solution})
	require.NoError(t, err)
	require.True(t, report.Passed(), "%+v", report)
}

func TestATestThatLoopsForEverInABrowserHasFailed(t *testing.T) {
	r := answered(t, "\tfor {\n\t}\n")
	b, err := r.OpenBrowser(t.Context())
	require.NoError(t, err)
	defer b.Close()
	report, err := r.Browser(t.Context(), b, fixture, Exam{Subject: Mine, Timeout: time.Second})
	require.NoError(t, err)
	v := verdict(t, report, "TestTheAnswerIsRight")
	require.True(t, strings.HasPrefix(v.Crash.Message, "panic: the test did not end in time"), v.Crash)
}
