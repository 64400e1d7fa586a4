package load

import "encoding/binary"

// opcodes of RFC 6455, section 5.2.
const (
	opText   = 1
	opClose  = 8
	opPing   = 9
	opPong   = 10
	maskKey  = 0x12345678
	finalBit = 0x80
	maskBit  = 0x80
)

// masked returns a final frame of a client.
func masked(opcode byte, payload string) []byte {
	b := []byte{finalBit | opcode}
	switch n := len(payload); {
	case n < 126:
		b = append(b, maskBit|byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, maskBit|126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, maskBit|127), uint64(n))
	}
	b = binary.BigEndian.AppendUint32(b, maskKey)
	key := b[len(b)-4:]
	for i := range len(payload) {
		b = append(b, payload[i]^key[i%4])
	}
	return b
}

// header reads the header of a server's frame: how long it and what follows are. It is 0 while the header is not whole.
func header(b []byte) (opcode byte, head, payload int) {
	if len(b) < 2 {
		return 0, 0, 0
	}
	opcode, payload = b[0]&0xf, int(b[1]&0x7f)
	switch {
	case payload < 126:
		return opcode, 2, payload
	case payload == 126 && len(b) >= 4:
		return opcode, 4, int(binary.BigEndian.Uint16(b[2:]))
	case payload == 127 && len(b) >= 10:
		return opcode, 10, int(binary.BigEndian.Uint64(b[2:]) & (1<<48 - 1))
	}
	return 0, 0, 0
}

// A scanner cuts what comes into frames. It copies nothing but a frame's beginning that has to wait for its end.
type scanner struct {
	buf  []byte
	n    int  // bytes in it
	skip int  // left of a frame longer than buf
	long byte // its opcode
}

// free is where the next bytes go.
func (s *scanner) free() []byte { return s.buf[s.n:] }

// scan takes n more bytes and tells every frame that is whole. The payload of a frame longer than the buffer is nil.
func (s *scanner) scan(n int, each func(opcode byte, payload []byte)) {
	b := s.buf[:s.n+n]
	for len(b) > 0 {
		if s.skip > 0 {
			passed := min(s.skip, len(b))
			b = b[passed:]
			if s.skip -= passed; s.skip == 0 {
				each(s.long, nil)
			}
			continue
		}
		opcode, head, payload := header(b)
		if head == 0 || head+payload > len(b) && head+payload <= len(s.buf) {
			break
		}
		if head+payload > len(s.buf) {
			s.long, s.skip = opcode, head+payload
			continue
		}
		each(opcode, b[head:head+payload])
		b = b[head+payload:]
	}
	s.n = copy(s.buf, b)
}
