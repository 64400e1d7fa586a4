// Package frame is the language between a function's host and its guest: frames on a byte stream,
// each a length, a kind, a socket and a payload. It is pure, and the same on both sides.
package frame

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
)

// Kind says what a frame is, and which payload it has.
type Kind byte

// The kinds of frames.
const (
	// Authenticate asks the guest who is connecting, with a [gateway.Handshake]; its answer has the
	// same kind, and an [Answer]. The frame's socket is the number of the question.
	Authenticate Kind = 'H'
	// Packet is one packet in either direction; see [Format].
	Packet Kind = 'P'

	// Connect gives the guest a new socket, with its [gateway.User].
	Connect Kind = 'C'
	// Adopt gives the guest a socket that another guest has served so far, with its
	// [gateway.Continued].
	Adopt Kind = 'A'
	// Gone tells the guest that a socket's client is no longer there, with a [gateway.Disconnect].
	Gone Kind = 'G'
	// Drain tells the guest that nothing more will arrive. Once all that has arrived is handled it
	// answers with a frame of the same kind, which has no payload either way. It is then stopped;
	// its sockets go on elsewhere.
	Drain Kind = 'W'
	// Stop tells the guest to end every socket with a [gateway.Disconnect], and then itself.
	Stop Kind = 'X'

	// Ready is the guest's first frame, with a [Greeting].
	Ready Kind = 'R'
	// Open tells a client that it is connected; the payload is the socket's id.
	Open Kind = 'O'
	// Taken gives room back to the sender of a socket's packets; see [Window].
	Taken Kind = 'T'
	// Close ends a client, with a [gateway.Disconnect].
	Close Kind = 'D'
	// Ended is the last frame of a socket, with the [gateway.Disconnect] that ended it.
	Ended Kind = 'E'
	// Panicked tells the host of a panic that the gateway survived, with a [Panic].
	Panicked Kind = 'F'
)

const (
	// MaxPayload is the longest payload: a message of a client, and room around it.
	MaxPayload = 1<<20 + 64<<10

	prefix = 4 // the length
	header = 5 // the kind and the socket, counted in the length
)

// ErrTooLong is the error of a frame that announces more than MaxPayload.
var ErrTooLong = errors.New("frame: longer than allowed")

var errTooShort = errors.New("frame: shorter than its header")

// A Frame is one thing that one side tells the other.
type Frame struct {
	Kind    Kind
	Socket  uint32
	Payload []byte
}

// JSON returns a frame with v as its payload, which always can be encoded.
func JSON(kind Kind, socket uint32, v any) Frame {
	payload, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return Frame{kind, socket, payload}
}

// Unmarshal reads the payload that [JSON] made.
func (f Frame) Unmarshal(v any) error {
	if err := json.Unmarshal(f.Payload, v); err != nil {
		return fmt.Errorf("frame: payload of %q: %w", f.Kind, err)
	}
	return nil
}

// Append appends f as it stands on the stream.
func (f Frame) Append(b []byte) []byte {
	b = binary.LittleEndian.AppendUint32(b, uint32(header+len(f.Payload)))
	b = append(b, byte(f.Kind))
	b = binary.LittleEndian.AppendUint32(b, f.Socket)
	return append(b, f.Payload...)
}

// next splits the first frame off b. There is none yet while b is incomplete.
func next(b []byte) (f Frame, rest []byte, complete bool, err error) {
	if len(b) < prefix {
		return f, b, false, nil
	}
	size := int(binary.LittleEndian.Uint32(b))
	switch {
	case size > header+MaxPayload:
		return f, b, false, ErrTooLong
	case size < header:
		return f, b, false, errTooShort
	case len(b) < prefix+size:
		return f, b, false, nil
	}
	body, rest := b[prefix:prefix+size], b[prefix+size:]
	return Frame{Kind(body[0]), binary.LittleEndian.Uint32(body[1:]), body[header:]}, rest, true, nil
}

// keep is how large a buffer a Decoder holds on to while no frame is incomplete.
const keep = 64 << 10

// A Decoder finds the frames in a stream that arrives in pieces. Its zero value is ready.
type Decoder struct {
	partial []byte
}

// Decode calls each for every frame that p completes. A payload is valid only during the call.
func (d *Decoder) Decode(p []byte, each func(Frame) error) error {
	if len(d.partial) > 0 {
		d.partial = append(d.partial, p...)
		p = d.partial
	}
	all := len(p)
	for {
		f, rest, complete, err := next(p)
		if err != nil {
			return err
		}
		if !complete {
			break
		}
		if err := each(f); err != nil {
			return err
		}
		p = rest
	}
	d.hold(p, len(p) == all)
	return nil
}

// hold keeps the rest of the stream, which may stand where it belongs already.
func (d *Decoder) hold(rest []byte, untouched bool) {
	switch {
	case untouched && len(d.partial) > 0:
	case len(rest) == 0 && cap(d.partial) > keep:
		d.partial = nil
	default:
		d.partial = append(d.partial[:0], rest...)
	}
}
