package course

import "strings"

// Printable is a line as a terminal may show it, whoever wrote it: a learner's code, a client at the other end
// of the world, a compiler. Tabs are four columns, and what would command the terminal is shown as a dot:
// nothing that was written is hidden.
func Printable(line string) string {
	line = strings.ReplaceAll(strings.TrimRight(line, "\r\n"), "\t", "    ")
	return strings.Map(func(r rune) rune {
		if r < ' ' || r >= 0x7f && r < 0xa0 {
			return '·'
		}
		return r
	}, strings.ToValidUTF8(line, "·"))
}
