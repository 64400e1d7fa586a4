package course

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A test prints much, crashes, and says much more of it.
func TestOfALongTextTheBeginningTheFirstCrashAndTheEndAreKept(t *testing.T) {
	var e excerpt
	e.add("the beginning\n")
	long := func() {
		for i := range 100_000 {
			e.add(fmt.Sprintf("line %d\n", i))
		}
	}
	long()
	e.add("panic: oops\n")
	e.add("\tmine/a.go:3\n")
	long()
	e.add("the end\n")
	text := e.String()
	require.True(t, strings.HasPrefix(text, "the beginning\n"))
	require.Contains(t, text, "\nline 99999\npanic: oops\n\tmine/a.go:3\nline 0\n")
	require.True(t, strings.HasSuffix(text, "\nline 99999\nthe end\n"))
	require.Equal(t, 2, strings.Count(text, " bytes are left out here …\n"))
	require.Less(t, len(text), 5*part)
}

func TestAShortTextIsKeptWhole(t *testing.T) {
	var e excerpt
	e.add("panic: oops\n")
	e.add("\tmine/a.go:3\n")
	require.Equal(t, "panic: oops\n\tmine/a.go:3\n", e.String())
}

func TestATestThatPrintsForeverCostsLittle(t *testing.T) {
	o := &output{}
	for range 1_000_000 {
		o.add(event{Action: "output", Test: "TestA", Output: "again\n"})
	}
	o.add(event{Action: "output", Test: "TestA", Output: "panic: test timed out after 8s\n"})
	kept := &o.tests[0].text
	require.Less(t, kept.head.Len()+cap(kept.tail), 6*part)
	v := o.verdicts()[0]
	require.True(t, v.Hangs())
	require.Len(t, v.Printed, mostPrinted)
}
