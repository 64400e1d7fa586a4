package function

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// printed returns the lines of what print writes.
func printed(print func(c *console)) (lines []string) {
	c := newConsole(func(l Line) { lines = append(lines, l.Stream+": "+l.Text) })
	print(c)
	return lines
}

func TestLinesAreWholeHoweverTheyArePrinted(t *testing.T) {
	lines := printed(func(c *console) {
		c.write(1, []byte("one "))
		c.write(2, []byte("three\n"))
		c.write(1, []byte("two\n\nend"))
		c.flush()
	})
	require.Equal(t, []string{"stderr: three", "stdout: one two", "stdout: ", "stdout: end"}, lines)
}

func TestALongLineIsCut(t *testing.T) {
	lines := printed(func(c *console) {
		for range 100 {
			c.write(1, []byte(strings.Repeat("x", 1000)))
		}
		c.write(1, []byte("\nshort\n"))
	})
	require.Equal(t, []string{"stdout: " + strings.Repeat("x", maxLine) + "…", "stdout: short"}, lines)
}

func TestAFloodOfLinesIsCappedAndTheTraceIsKept(t *testing.T) {
	var trace string
	lines := printed(func(c *console) {
		c.write(2, []byte(strings.Repeat("noise\n", 100_000)))
		c.write(2, []byte("panic: boom\n\ngoroutine 1 [running]:\n"))
		trace = string(c.trace)
	})
	require.Less(t, len(lines), 2*linesAtOnce)
	require.Equal(t, "panic: boom\n\ngoroutine 1 [running]:", trace)
}

func TestATraceIsBounded(t *testing.T) {
	c := newConsole(func(Line) {})
	c.write(2, []byte("panic: boom\n"+strings.Repeat("more\n", maxTrace)))
	require.LessOrEqual(t, len(c.trace), maxTrace)
}
