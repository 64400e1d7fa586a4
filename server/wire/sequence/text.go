package sequence

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// How much of a text a diagram shows at most, in cells.
const (
	maxName   = 24
	maxEvent  = 48
	maxDetail = 240
)

// oneLine makes a text printable on one line, in at most so many cells. What would break the line, turn
// its direction or is no character at all is shown as a sign.
func oneLine(s string, cells int) string {
	var b strings.Builder
	for s != "" && cells > 0 {
		r, size := utf8.DecodeRuneInString(s)
		s = s[size:]
		if cells -= width(r); cells < 0 || cells == 0 && s != "" {
			b.WriteRune('…')
			break
		}
		b.WriteRune(printable(r))
	}
	return b.String()
}

// printable is a character, or what stands for one that must not be printed.
func printable(r rune) rune {
	switch {
	case r == '\n':
		return '↵'
	case r == '\t':
		return ' '
	case r == utf8.RuneError || r == '\uFFFE' || r == '\uFFFF':
		return utf8.RuneError
	case unicode.IsControl(r) || r == '\u2028' || r == '\u2029' || turns(r):
		return '·'
	}
	return r
}

// turns reports whether a character changes the direction of those around it.
func turns(r rune) bool {
	return r == '\u061C' || r == '\u200E' || r == '\u200F' || r >= '\u202A' && r <= '\u202E' || r >= '\u2066' && r <= '\u2069'
}

// width is about how many cells a character takes.
func width(r rune) int {
	if r >= 0x1100 && (r < 0x2000 || r > 0x2BFF) && r != utf8.RuneError {
		return 2
	}
	return 1
}

// cells is about how many cells a text takes.
func cells(s string) (n int) {
	for _, r := range s {
		n += width(r)
	}
	return n
}

const digits = "0123456789abcdef"

// hex writes bytes as "de ad …".
func hex(payload []byte) string {
	var b strings.Builder
	for i, c := range payload {
		if i == 16 {
			b.WriteString(" …")
			break
		}
		if i > 0 {
			b.WriteByte(' ')
		}
		b.WriteByte(digits[c>>4])
		b.WriteByte(digits[c&15])
	}
	return b.String()
}

// markup writes text as XML.
var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;", "'", "&#39;")

func decimal(n uint64) string { return strconv.FormatUint(n, 10) }
