package frame

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// Questions to the codec that a function's package brings along. The frame's socket is the number of the
// question; the answer has the same kind, and is one of [Answered].
const (
	// Encode asks how a packet of Socket.IO, a [SocketIO], is written. The answer is a text.
	Encode Kind = 'Y'
	// Decode asks which packet a text is. The answer is a [SocketIO].
	Decode Kind = 'Z'
)

// SocketIO is a packet of Socket.IO, without its attachments, as a codec reads and writes it.
type SocketIO struct {
	Type        byte
	Attachments int
	Namespace   string
	HasID       bool
	ID          uint64
	Payload     string `json:"-"` // it is JSON already, and may be long
}

// Append appends p as the payload of a frame: the length of its header, the header, the payload.
func (p SocketIO) Append(b []byte) []byte {
	header, err := json.Marshal(p)
	if err != nil {
		panic(err) // numbers and a string
	}
	b = binary.LittleEndian.AppendUint32(b, uint32(len(header)))
	return append(append(b, header...), p.Payload...)
}

// ParseSocketIO reads what Append wrote.
func ParseSocketIO(b []byte) (p SocketIO, err error) {
	if len(b) < prefix || uint64(binary.LittleEndian.Uint32(b)) > uint64(len(b)-prefix) {
		return p, errors.New("frame: malformed packet of Socket.IO")
	}
	n := prefix + int(binary.LittleEndian.Uint32(b))
	if err := json.Unmarshal(b[prefix:n], &p); err != nil {
		return p, fmt.Errorf("frame: packet of Socket.IO: %w", err)
	}
	p.Payload = string(b[n:])
	return p, nil
}

const (
	done   = '+'
	failed = '-'
)

// Answered is the payload of an answer, or of why there is none. What is too long to be sent is none.
func Answered(answer []byte, err error) []byte {
	if err == nil && len(answer) >= MaxPayload {
		err = fmt.Errorf("%d bytes are too many", len(answer))
	}
	if err != nil {
		message := err.Error()
		return append([]byte{failed}, message[:min(len(message), 4<<10)]...)
	}
	return append([]byte{done}, answer...)
}

// ErrCodec is what a codec said instead of an answer.
var ErrCodec = errors.New("the codec")

// ParseAnswered reads what Answered made. An error of the codec is an [ErrCodec].
func ParseAnswered(b []byte) ([]byte, error) {
	switch {
	case len(b) > 0 && b[0] == done:
		return b[1:], nil
	case len(b) > 0 && b[0] == failed:
		return nil, fmt.Errorf("%w: %s", ErrCodec, b[1:])
	}
	return nil, errors.New("frame: malformed answer")
}
