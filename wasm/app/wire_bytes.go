//go:build js

package main

import (
	"encoding/binary"
	"strings"

	"wslab/server/wire"
)

const digits = "0123456789abcdef"

// hexOf writes bytes as pairs of digits, with sep between.
func hexOf(b []byte, sep string) string {
	var s strings.Builder
	for i, c := range b {
		if i > 0 {
			s.WriteString(sep)
		}
		s.WriteByte(digits[c>>4])
		s.WriteByte(digits[c&15])
	}
	return s.String()
}

// bitsOf writes bytes as bits, with a space between bytes.
func bitsOf(b []byte) string {
	var s strings.Builder
	for i, c := range b {
		if i > 0 {
			s.WriteByte(' ')
		}
		for bit := 7; bit >= 0; bit-- {
			s.WriteByte('0' + c>>bit&1)
		}
	}
	return s.String()
}

// dump writes bytes as a hex dump of so many a line: offset, bytes, characters. The first byte has the
// offset from.
func dump(b []byte, from, width int) string {
	var s strings.Builder
	for len(b) > 0 {
		part := b[:min(width, len(b))]
		b = b[len(part):]
		s.WriteString(hexOf([]byte{byte(from >> 8), byte(from)}, ""))
		s.WriteString("  ")
		pairs := hexOf(part, " ")
		s.WriteString(pairs)
		s.WriteString(strings.Repeat(" ", 3*width-1-len(pairs)))
		s.WriteString("  ")
		for _, c := range part {
			if c < ' ' || c > '~' {
				c = '.'
			}
			s.WriteByte(c)
		}
		s.WriteByte('\n')
		from += len(part)
	}
	return strings.TrimSuffix(s.String(), "\n")
}

// crossed are the bytes of a frame as they crossed the connection: its header, and its payload, masked
// where it was.
func crossed(f *wire.Frame) (header, payload []byte) {
	header = f.Header.Append(nil)
	if !f.Masked {
		return header, f.Payload
	}
	var key [4]byte
	binary.BigEndian.PutUint32(key[:], f.Key)
	payload = make([]byte, len(f.Payload))
	for i, c := range f.Payload {
		payload[i] = c ^ key[i&3]
	}
	return header, payload
}
