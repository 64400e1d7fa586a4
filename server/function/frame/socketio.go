package frame

import (
	"encoding/binary"
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
	Payload     string
}

// socketIOHeader is the type, the attachments, whether there is an id, the id, and the namespace's length.
const socketIOHeader = 1 + 4 + 1 + 8 + 4

// Append appends p as the payload of a frame: a header, the namespace, the payload.
func (p SocketIO) Append(b []byte) []byte {
	hasID := byte(0)
	if p.HasID {
		hasID = 1
	}
	b = binary.LittleEndian.AppendUint32(append(b, p.Type), uint32(int32(p.Attachments)))
	b = binary.LittleEndian.AppendUint64(append(b, hasID), p.ID)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(p.Namespace)))
	return append(append(b, p.Namespace...), p.Payload...)
}

// ParseSocketIO reads what Append wrote.
func ParseSocketIO(b []byte) (p SocketIO, err error) {
	if len(b) < socketIOHeader || b[5] > 1 {
		return p, errSocketIO
	}
	n, rest := binary.LittleEndian.Uint32(b[14:]), string(b[socketIOHeader:])
	if uint64(n) > uint64(len(rest)) {
		return p, errSocketIO
	}
	return SocketIO{
		Type:        b[0],
		Attachments: int(int32(binary.LittleEndian.Uint32(b[1:]))),
		HasID:       b[5] == 1,
		ID:          binary.LittleEndian.Uint64(b[6:]),
		Namespace:   rest[:n],
		Payload:     rest[n:],
	}, nil
}

var errSocketIO = errors.New("frame: malformed packet of Socket.IO")

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
