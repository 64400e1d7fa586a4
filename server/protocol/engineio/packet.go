// Package engineio is Engine.IO, version 4: what Socket.IO speaks to keep a connection, over long polling or
// a WebSocket. https://github.com/socketio/engine.io-protocol
//
// A packet is a WebSocket message of its own, or one of several in the body of a polling request.
package engineio

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"unicode/utf8"
)

// Type says what a packet is. It is the packet's first character.
type Type byte

// The types of packets.
const (
	Open    Type = '0' // from the server: a session begins
	Close   Type = '1' // the session ends
	Ping    Type = '2' // from the server: are you there
	Pong    Type = '3' // the answer
	Message Type = '4'
	Upgrade Type = '5' // from the client: the WebSocket takes over
	Noop    Type = '6' // from the server: ends a poll that has nothing to tell
)

// MediaType is what the bodies of polling requests are.
const MediaType = "text/plain;charset=UTF-8"

// Separator stands between the packets of a polling body (U+001E).
const Separator = 0x1E

// Packet is one packet. Only messages are binary.
type Packet struct {
	Type   Type
	Binary bool
	Data   []byte
}

// ErrPacket is what [Decode] and [DecodePayload] say of what is no packet.
var ErrPacket = errors.New("not an Engine.IO packet")

// Decode reads the packet of a WebSocket message, whose bytes it keeps. A binary one is a message.
func Decode(message []byte, binary bool) (Packet, error) {
	if binary {
		return Packet{Type: Message, Binary: true, Data: message}, nil
	}
	if len(message) == 0 {
		return Packet{}, fmt.Errorf("%w: it is empty", ErrPacket)
	}
	p := Packet{Type: Type(message[0]), Data: message[1:]}
	if p.Type < Open || p.Type > Noop {
		return Packet{}, fmt.Errorf("%w: its type is %q, want 0 to 6", ErrPacket, message[:1])
	}
	return p, nil
}

// Append appends the packet as the bytes of a WebSocket message.
func (p Packet) Append(b []byte) []byte {
	if !p.Binary {
		b = append(b, byte(p.Type))
	}
	return append(b, p.Data...)
}

// DecodePayload reads the packets of a polling body, which is text: what others hear of it over their WebSockets
// would end theirs, were it no UTF-8.
func DecodePayload(body []byte) (packets []Packet, err error) {
	if !utf8.Valid(body) {
		return nil, fmt.Errorf("%w: it is no UTF-8", ErrPacket)
	}
	for part := range bytes.SplitSeq(body, []byte{Separator}) {
		p, err := decodePart(part)
		if err != nil {
			return nil, err
		}
		packets = append(packets, p)
	}
	return packets, nil
}

// decodePart reads a packet of a polling body, in which binary is base64 after the letter b.
func decodePart(part []byte) (Packet, error) {
	text, binary := bytes.CutPrefix(part, []byte("b"))
	if !binary {
		return Decode(part, false)
	}
	if bytes.ContainsAny(text, "\r\n") { // which base64 would skip
		return Packet{}, fmt.Errorf("%w: a line ends inside it", ErrPacket)
	}
	data := make([]byte, base64.StdEncoding.DecodedLen(len(text)))
	n, err := base64.StdEncoding.Strict().Decode(data, text)
	if err != nil {
		return Packet{}, fmt.Errorf("%w: %w", ErrPacket, err)
	}
	return Packet{Type: Message, Binary: true, Data: data[:n]}, nil
}

// AppendPayload appends packets as a polling body. b must be empty, or hold such packets already.
func AppendPayload(b []byte, packets ...Packet) []byte {
	for _, p := range packets {
		if len(b) > 0 {
			b = append(b, Separator)
		}
		if p.Binary {
			b = base64.StdEncoding.AppendEncode(append(b, 'b'), p.Data)
		} else {
			b = p.Append(b)
		}
	}
	return b
}
