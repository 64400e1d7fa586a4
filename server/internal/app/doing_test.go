package app

import (
	"bytes"
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/course/feed"
	"wslab/server/function"
)

var forbidden = []feed.Problem{{File: "mine/a.go", Line: 3, Message: `imports "os"`}}

// page returns a doing and what it told last.
func page() (*doing, *feed.State) {
	var told feed.State
	return &doing{tell: func(s feed.State) { told = s }}, &told
}

func TestTheRefusalOfTheNewestTextOutlivesWhatTheVersionBeforeTells(t *testing.T) {
	d, told := page()
	d.changed(feed.State{Phase: feed.Building})
	require.False(t, d.inspected(t.Context(), forbidden, nil))
	require.Equal(t, feed.BuildError, told.Phase)
	for _, before := range []string{feed.Running, feed.Crashed, feed.Running} {
		d.changed(feed.State{Phase: before, Version: 2, Serving: true, Problems: []feed.Problem{{Message: "an old one"}}})
		require.Equal(t, feed.State{Phase: feed.BuildError, Version: 2, Serving: true, Problems: forbidden}, *told)
	}
}

func TestATextThatIsBuiltEndsTheRefusalOfTheOneBefore(t *testing.T) {
	d, told := page()
	d.inspected(t.Context(), forbidden, nil)
	require.True(t, d.inspected(t.Context(), nil, nil))
	d.changed(feed.State{Phase: feed.Building})
	require.Equal(t, feed.State{Phase: feed.Building}, *told)
}

func TestWhatWasFoundInAnOvertakenTextIsNotTold(t *testing.T) {
	d, told := page()
	overtaken, overtake := context.WithCancel(t.Context())
	overtake()
	d.inspected(t.Context(), forbidden, nil)
	require.False(t, d.inspected(overtaken, nil, nil), "nor is it built")
	require.False(t, d.inspected(overtaken, []feed.Problem{{Message: "an older one"}}, nil))
	d.changed(feed.State{Phase: feed.Running})
	require.Equal(t, forbidden, told.Problems)
}

func TestALessonPrintsWhereTheLearnerWorksAndOnlyWhileSomebodyDoes(t *testing.T) {
	var out bytes.Buffer
	l := &lesson{feed: feed.New(nil)}
	l.doing.tell = l.feed.SetState
	crash := func(message string) {
		l.printed(function.Line{Text: "prints " + message})
		l.changed(function.State{Phase: function.Crashed, Problems: []function.Problem{{Message: message}}})
	}
	crash("before")
	l.terminal.Store(&workplace{&out, "en", nil})
	crash("mean\x1b[2J\rwhile")
	l.terminal.Store(nil)
	crash("after")
	require.Equal(t, "  │ prints mean·[2J·while\n  │ ✗ mean·[2J·while\n", out.String(), "and what it prints commands no terminal")
}
