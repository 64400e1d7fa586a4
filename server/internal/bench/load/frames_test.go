package load

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"
)

// frame is a frame as a server sends it.
func frame(opcode byte, n int) []byte {
	b := []byte{finalBit | opcode}
	switch {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = append(b, 126, byte(n>>8), byte(n))
	default:
		b = append(b, 127, 0, 0, 0, 0, byte(n>>24), byte(n>>16), byte(n>>8), byte(n))
	}
	return append(b, bytes.Repeat([]byte{'x'}, n)...)
}

// scanned feeds a scanner with pieces of so many bytes and returns the lengths of the payloads; -1 is one that is longer
// than the buffer.
func scanned(s *scanner, all []byte, piece int) (lengths []int) {
	for len(all) > 0 {
		n := copy(s.free(), all[:min(piece, len(all))])
		s.scan(n, func(_ byte, payload []byte) {
			if payload == nil {
				lengths = append(lengths, -1)
			} else {
				lengths = append(lengths, len(payload))
			}
		})
		all = all[n:]
	}
	return lengths
}

func TestFramesAreCountedHoweverTheyArrive(t *testing.T) {
	var all []byte
	for _, n := range []int{0, 5, 125, 126, 400, 600, 70_000, 1} {
		all = append(all, frame(opText, n)...)
	}
	for _, piece := range []int{1, 2, 3, 7, 500, 100_000} {
		s := &scanner{buf: make([]byte, 512)}
		require.Equal(t, []int{0, 5, 125, 126, 400, -1, -1, 1}, scanned(s, all, piece), "pieces of %d", piece)
		require.Zero(t, s.n)
	}
}

func TestAClientsFrameIsMaskedByItsKey(t *testing.T) {
	for _, n := range []int{3, 200, 70_000} {
		text := string(bytes.Repeat([]byte("abc"), n/3))
		b := masked(opText, text)
		opcode, head, length := header(append([]byte{b[0], b[1] &^ maskBit}, b[2:]...))
		require.Equal(t, byte(opText), opcode)
		require.Equal(t, len(text), length)
		key, payload := b[head:head+4], b[head+4:]
		for i := range payload {
			payload[i] ^= key[i%4]
		}
		require.Equal(t, text, string(payload))
	}
}

func FuzzScanner(f *testing.F) {
	f.Add(append(frame(opText, 3), frame(opPing, 0)...), 2)
	f.Add(frame(opText, 600), 100)
	f.Add([]byte{0x81, 127, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}, 5)
	f.Fuzz(func(t *testing.T, all []byte, piece int) {
		whole := &scanner{buf: make([]byte, 512)}
		pieces := &scanner{buf: make([]byte, 512)}
		require.Equal(t, scanned(whole, all, 512), scanned(pieces, all, min(max(piece, 1), 512)), "cuts change nothing")
	})
}
