package jsonevent

import "encoding/json"

// fields are the members of an envelope, each one JSON value of the message's own bytes, or nothing. Where a name
// comes twice the last counts.
type fields struct{ event, id, data, refusal, offset json.RawMessage }

// read returns the members of a message. [encoding/json] checks it; to find five names, a map for each message
// would cost four times as much.
func read(message []byte) (f fields, ok bool) {
	if !json.Valid(message) {
		return f, false
	}
	at := skipSpace(message, 0)
	if message[at] != '{' {
		return f, false
	}
	for at = skipSpace(message, at+1); message[at] != '}'; {
		end := skipString(message, at)
		name := message[at:end]
		at = skipSpace(message, skipSpace(message, end)+1) // behind the colon
		end = skipValue(message, at)
		f.set(name, message[at:end:end])
		if at = skipSpace(message, end); message[at] == ',' {
			at = skipSpace(message, at+1)
		}
	}
	return f, true
}

func (f *fields) set(name, value []byte) {
	var unescaped string
	if unquote(name, &unescaped) != nil { // names may be escaped; a name always is a string
		return
	}
	switch unescaped {
	case "event":
		f.event = value
	case "id":
		f.id = value
	case "data":
		f.data = value
	case "error":
		f.refusal = value
	case "offset":
		f.offset = value
	}
}

// What follows skips parts of valid JSON, from at on, and returns where the next begins.

func skipSpace(b []byte, at int) int {
	for at < len(b) && (b[at] == ' ' || b[at] == '\t' || b[at] == '\r' || b[at] == '\n') {
		at++
	}
	return at
}

func skipString(b []byte, at int) int {
	for at++; b[at] != '"'; at++ {
		if b[at] == '\\' {
			at++
		}
	}
	return at + 1
}

func skipValue(b []byte, at int) int {
	for depth := 0; ; {
		switch b[at] {
		case '"':
			at = skipString(b, at)
		case '{', '[':
			depth++
			at++
		case '}', ']':
			depth--
			at++
		default:
			at++
		}
		if depth == 0 && (at == len(b) || ends(b[at])) {
			return at
		}
	}
}

// ends reports whether a value of an object ends before c.
func ends(c byte) bool {
	switch c {
	case ',', '}', ' ', '\t', '\r', '\n':
		return true
	}
	return false
}
