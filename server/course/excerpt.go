package course

import (
	"bytes"
	"fmt"
	"strings"
)

// An excerpt is the beginning and the end of a text, and the beginning of the first crash in it: what explains
// a test. A loop prints a gigabyte in a few seconds, and whoever runs the tests must outlive it.
type excerpt struct {
	head    strings.Builder
	room    int    // of head, in bytes; 0 until something is added
	tail    []byte // what came after head is full, the newest of it
	left    int    // how many bytes between head and tail are left out
	crashed bool
}

// part is how much of a text is kept at its beginning, at its end, and from its first crash on, in bytes.
const part = 64 << 10

// add adds a line, or a piece of one.
func (e *excerpt) add(text string) {
	if e.room == 0 {
		e.room = part
	}
	if !e.crashed && crashLine.MatchString(text) {
		e.crashed = true
		e.close()
		e.room = max(e.room, e.head.Len()+part)
	}
	if len(e.tail) == 0 && e.left == 0 && e.head.Len()+len(text) <= e.room {
		e.head.WriteString(text)
		return
	}
	e.tail = append(e.tail, text...)
	if len(e.tail) > 2*part {
		e.shorten()
	}
}

// shorten leaves out all but the last part of the tail, which begins with a whole line unless lines are very
// long.
func (e *excerpt) shorten() {
	out := max(0, len(e.tail)-part)
	if out == 0 {
		return
	}
	if end := bytes.IndexByte(e.tail[out:], '\n'); end >= 0 && end < part/2 {
		out += end + 1
	}
	e.left += out
	e.tail = append(e.tail[:0], e.tail[out:]...)
}

// close moves the tail to the head, and says what is left out between them.
func (e *excerpt) close() {
	e.shorten()
	if e.left > 0 {
		fmt.Fprintf(&e.head, "\n… %d bytes are left out here …\n", e.left)
	}
	e.head.Write(e.tail)
	e.tail, e.left = nil, 0
}

// String returns what is kept. Nothing can be added then.
func (e *excerpt) String() string {
	e.close()
	e.room = e.head.Len()
	return e.head.String()
}
