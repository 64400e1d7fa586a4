package wire

import (
	"encoding/binary"
	"fmt"
)

// Opcode says what a frame is (RFC 6455, section 5.2).
type Opcode byte

// The opcodes that RFC 6455 defines. Those from 8 on are control frames.
const (
	Continuation Opcode = 0x0
	Text         Opcode = 0x1
	Binary       Opcode = 0x2
	Close        Opcode = 0x8
	Ping         Opcode = 0x9
	Pong         Opcode = 0xA
)

// Control reports whether the frame is about the connection, not a part of a message.
func (o Opcode) Control() bool { return o >= 0x8 }

func (o Opcode) String() string {
	switch o {
	case Continuation:
		return "continuation"
	case Text:
		return "text"
	case Binary:
		return "binary"
	case Close:
		return "close"
	case Ping:
		return "ping"
	case Pong:
		return "pong"
	}
	return fmt.Sprintf("opcode %d", byte(o))
}

// A Header is the beginning of a frame (RFC 6455, section 5.2), of 2 to 14 bytes.
type Header struct {
	Final  bool   `json:"fin,omitempty"`
	RSV    byte   `json:"rsv,omitempty"` // the three reserved bits; RSV1, which marks a compressed message, is 4
	Opcode Opcode `json:"opcode"`
	Masked bool   `json:"masked,omitempty"`
	Key    uint32 `json:"key,omitempty"` // with which the payload is masked
	Length uint64 `json:"length"`        // of the payload, in bytes
	Size   int    `json:"size"`          // of the header itself, in bytes
}

// rsv1 is set in the first frame of a compressed message (RFC 7692, section 6).
const rsv1 = 4

// maxHeader is the size of the longest header, in bytes.
const maxHeader = 14

// ParseHeader reads the header that b begins with. Where b does not hold all of it, its Size is 0.
func ParseHeader(b []byte) Header {
	if len(b) < 2 {
		return Header{}
	}
	h := Header{
		Final:  b[0]&0x80 != 0,
		RSV:    b[0] >> 4 & 7,
		Opcode: Opcode(b[0] & 0xF),
		Masked: b[1]&0x80 != 0,
		Length: uint64(b[1] & 0x7F),
	}
	size := 2
	switch h.Length {
	case 126:
		size += 2
	case 127:
		size += 8
	}
	extended := size
	if h.Masked {
		size += 4
	}
	if len(b) < size {
		return Header{}
	}
	switch extended {
	case 4:
		h.Length = uint64(binary.BigEndian.Uint16(b[2:]))
	case 10:
		h.Length = binary.BigEndian.Uint64(b[2:])
	}
	if h.Masked {
		h.Key = binary.BigEndian.Uint32(b[extended:])
	}
	h.Size = size
	return h
}

// Append appends the bytes of the header, with its length in as many bytes as Size says, or in as few
// as possible where Size is 0.
func (h Header) Append(b []byte) []byte {
	first := h.RSV<<4 | byte(h.Opcode)
	if h.Final {
		first |= 0x80
	}
	var second byte
	size := h.Size
	if h.Masked {
		second, size = 0x80, size-4
	}
	switch b = append(b, first); {
	case size == 10 || h.Length > 0xFFFF:
		b = binary.BigEndian.AppendUint64(append(b, second|127), h.Length)
	case size == 4 || h.Length > 125:
		b = binary.BigEndian.AppendUint16(append(b, second|126), uint16(h.Length))
	default:
		b = append(b, second|byte(h.Length))
	}
	if h.Masked {
		b = binary.BigEndian.AppendUint32(b, h.Key)
	}
	return b
}

// mask masks or unmasks b (RFC 6455, section 5.3), which begins at this offset of the payload.
func (h Header) mask(b []byte, offset uint64) {
	if h.Key == 0 {
		return
	}
	var key [4]byte
	binary.BigEndian.PutUint32(key[:], h.Key)
	for i := range b {
		b[i] ^= key[(offset+uint64(i))&3]
	}
}

// A Frame is one frame as it crossed the connection.
type Frame struct {
	Header
	Payload Bytes  `json:"payload,omitempty"` // unmasked; its first bytes where it is long
	Short   uint64 `json:"short,omitempty"`   // how many bytes of the payload never came: the connection ended

	// Inflated is what a compressed message says, at its last frame; its first bytes where it is long.
	Inflated Bytes `json:"inflated,omitempty"`

	// Code and Reason are those of a close frame. Code 0 stands for none.
	Code   int    `json:"code,omitempty"`
	Reason string `json:"reason,omitempty"`

	// Breaks is what is wrong about the frame, as a constant below; the receiver fails the connection.
	Breaks string `json:"breaks,omitempty"`
}

// What may be wrong about a frame. The receiver of such a one ends the connection with code 1002.
const (
	BreaksReserved     = "reserved"     // a reserved bit without an extension that defines it (RFC 6455, 5.2)
	BreaksOpcode       = "opcode"       // an opcode that RFC 6455 does not define (5.2)
	BreaksLength       = "length"       // a length in more bytes than it needs, or of 2⁶³ and more (5.2)
	BreaksUnmasked     = "unmasked"     // a frame to the server that is not masked (5.1)
	BreaksMasked       = "masked"       // a frame to the client that is masked (5.1)
	BreaksFragmented   = "fragmented"   // a control frame in fragments (5.4)
	BreaksLong         = "long"         // a control frame of more than 125 bytes (5.5)
	BreaksInterrupted  = "interrupted"  // a new message inside a fragmented one (5.4)
	BreaksContinuation = "continuation" // a continuation of nothing (5.4)
	BreaksClose        = "close"        // a close frame with one byte, or with a code that may not be sent (7.4)
)

// breaks says what is wrong about the header alone; up is the direction to the server.
func (h Header) breaks(up, deflate bool) string {
	switch {
	case h.RSV&^rsv1 != 0 || h.RSV != 0 && (!deflate || h.Opcode.Control() || h.Opcode == Continuation):
		return BreaksReserved
	case h.Opcode > Binary && h.Opcode < Close || h.Opcode > Pong:
		return BreaksOpcode
	case up && !h.Masked:
		return BreaksUnmasked
	case !up && h.Masked:
		return BreaksMasked
	case h.Opcode.Control() && !h.Final:
		return BreaksFragmented
	case h.Opcode.Control() && h.Length > 125:
		return BreaksLong
	case h.Length>>63 != 0 || len(Header{Masked: h.Masked, Length: h.Length}.Append(nil)) != h.Size:
		return BreaksLength
	}
	return ""
}

// closing reads the payload of a close frame.
func (f *Frame) closing() {
	if len(f.Payload) >= 2 {
		f.Code = int(binary.BigEndian.Uint16(f.Payload))
		f.Reason = string(f.Payload[2:])
	}
	if f.Breaks == "" && (len(f.Payload) == 1 || len(f.Payload) >= 2 && !sendable(f.Code)) {
		f.Breaks = BreaksClose
	}
}

// sendable reports whether a close frame may carry the code (RFC 6455, section 7.4, and IANA's registry).
func sendable(code int) bool {
	switch {
	case code == 1004 || code == 1005 || code == 1006 || code == 1015:
		return false
	}
	return code >= 1000 && code <= 1014 || code >= 3000 && code <= 4999
}
