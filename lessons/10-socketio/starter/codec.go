package socketio

import "errors"

// Encode writes a packet as text: type, attachments, namespace, id, payload, each only where needed.
func Encode(p Packet) string {
	// TODO 1: write the type; how many attachments follow and a dash; the namespace and a comma, unless
	// it is Main; the id; the payload.
	return ""
}

// Decode reads what Encode wrote. A text that is no packet is an error.
func Decode(text string) (p Packet, err error) {
	// TODO 2: take the same parts off the front of the text, in the same order. The last line is
	// return p, checkPayload(p).
	return p, errors.New("no packet is read yet")
}
