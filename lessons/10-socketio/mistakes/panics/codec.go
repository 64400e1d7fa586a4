//go:build mistake

// Looks at the first character of a text that has none. A client that sends nothing must not end the server.
//
// Rejected by TestAnEmptyPacketIsRefused: "got: a panic: runtime error: index out of range"
package socketio

import (
	"fmt"
	"strconv"
	"strings"
)

// Encode writes a packet as text: type, attachments, namespace, id, payload, each only where needed.
func Encode(p Packet) string {
	text := string(rune(p.Type))
	if p.Attachments > 0 {
		text += strconv.Itoa(p.Attachments) + "-"
	}
	if p.Namespace != Main {
		text += p.Namespace + ","
	}
	if p.HasID {
		text += strconv.FormatUint(p.ID, 10)
	}
	return text + p.Payload
}

// Decode reads what Encode wrote. A text that is no packet is an error.
func Decode(text string) (p Packet, err error) {
	p = Packet{Type: Type(text[0]), Namespace: Main}
	rest := text[1:]
	switch {
	case p.Type < Connect || p.Type > BinaryAck:
		return p, fmt.Errorf("the type is %q, not 0 to 6", text[0])
	case p.Type >= BinaryEvent:
		count, after, found := strings.Cut(rest, "-")
		n, err := strconv.ParseUint(count, 10, 8)
		if !found || err != nil || n < 1 || n > MaxAttachments {
			return p, fmt.Errorf("%.20q is not 1 to %d attachments and a dash", rest, MaxAttachments)
		}
		p.Attachments, rest = int(n), after
	}
	if strings.HasPrefix(rest, "/") {
		p.Namespace, rest, _ = strings.Cut(rest, ",")
	}
	p.Payload = strings.TrimLeft(rest, "0123456789")
	if digits := strings.TrimSuffix(rest, p.Payload); digits != "" {
		p.HasID = true
		if p.ID, err = strconv.ParseUint(digits, 10, 64); err != nil {
			return p, err
		}
	}
	return p, checkPayload(p)
}
