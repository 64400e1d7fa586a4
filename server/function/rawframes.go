package function

import (
	"encoding/binary"
	"strings"

	"wslab/server/gateway"
)

// frames follows the frames of a WebSocket through what is read of it.
type frames struct {
	header []byte // of the frame under way; empty between two
	left   uint64 // of its payload, once the header is whole
	closed bool   // there was a close frame, after which comes nothing
}

const opClose = 8

// whole reports whether what was read ended with the end of a frame.
func (f *frames) whole() bool { return len(f.header) == 0 }

// next reads on to the end of the frame under way, or of p, and returns how many bytes that took.
func (f *frames) next(p []byte) (n int) {
	for n < len(p) && !f.headed() {
		f.header = append(f.header, p[n])
		n++
		if f.headed() {
			f.left = f.length()
		}
	}
	if !f.headed() {
		return n
	}
	payload := min(f.left, uint64(len(p)-n))
	if f.left -= payload; f.left == 0 {
		f.closed = f.closed || f.header[0]&0xf == opClose
		f.header = f.header[:0]
	}
	return n + int(payload)
}

// headed reports whether the header is whole.
func (f *frames) headed() bool {
	if len(f.header) < 2 {
		return false
	}
	size := 2
	switch f.header[1] & 0x7f {
	case 126:
		size += 2
	case 127:
		size += 8
	}
	if f.header[1]&0x80 != 0 { // masked, which a server's frames are not to be
		size += 4
	}
	return len(f.header) == size
}

// length is the payload's, as the header says.
func (f *frames) length() uint64 {
	switch n := f.header[1] & 0x7f; n {
	case 126:
		return uint64(binary.BigEndian.Uint16(f.header[2:]))
	case 127:
		return binary.BigEndian.Uint64(f.header[2:])
	default:
		return uint64(n)
	}
}

// maxReason is how many bytes of a reason fit into a close frame.
const maxReason = 123

func closeFrame(why gateway.Disconnect) []byte {
	reason := strings.ToValidUTF8(why.Reason[:min(len(why.Reason), maxReason)], "") // no half of a rune
	frame := []byte{0x80 | opClose, byte(2 + len(reason))}
	return append(binary.BigEndian.AppendUint16(frame, uint16(why.Code)), reason...)
}
