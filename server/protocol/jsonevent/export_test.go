package jsonevent

import "encoding/json"

// Members returns what was found in a message.
func Members(message []byte) (event, id, data, refusal json.RawMessage) {
	f, _ := read(message)
	return f.event, f.id, f.data, f.refusal
}
