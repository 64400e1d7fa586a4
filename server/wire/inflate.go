//go:build !js

package wire

import (
	"bytes"
	"compress/flate"
	"io"
	"strings"
)

const (
	maxDeflated = 1 << 20  // of a compressed message, in bytes; a longer one is not inflated
	maxInflated = 4 << 20  // of what it says
	maxWindow   = 32 << 10 // what a message may refer back to (RFC 1951, section 2)
)

// deflateTail ends a message that permessage-deflate has cut it from (RFC 7692, section 7.2.2), and the
// stream.
var deflateTail = []byte{0, 0, 0xFF, 0xFF, 1, 0, 0, 0xFF, 0xFF}

// An inflater reads the compressed messages of one direction. A nil inflater reads none.
type inflater struct {
	takeover bool // messages refer back to those before
	deflated []byte
	tooLong  bool
	window   []byte
	blind    bool // something is missing that later messages may refer to
	reader   io.ReadCloser
}

// newInflater returns nil where the answer to a handshake negotiated no permessage-deflate.
func newInflater(up bool, extension string) *inflater {
	name, parameters, _ := strings.Cut(extension, ";")
	if strings.TrimSpace(name) != "permessage-deflate" {
		return nil
	}
	side := "server_no_context_takeover"
	if up {
		side = "client_no_context_takeover"
	}
	return &inflater{takeover: !strings.Contains(parameters, side), reader: flate.NewReader(nil)}
}

func (d *inflater) begin() {
	if d != nil {
		d.deflated, d.tooLong = d.deflated[:0], false
	}
}

// add takes the next bytes of a compressed message.
func (d *inflater) add(b []byte) {
	if d.tooLong = d.tooLong || len(d.deflated)+len(b) > maxDeflated; !d.tooLong {
		d.deflated = append(d.deflated, b...)
	}
}

// end returns what the message says, or its first Keep bytes, or nil where that cannot be known.
func (d *inflater) end() []byte {
	if d.tooLong {
		d.blind = d.takeover
	}
	if d.blind || d.tooLong {
		return nil
	}
	_ = d.reader.(flate.Resetter).Reset(bytes.NewReader(append(d.deflated, deflateTail...)), d.window)
	text, err := io.ReadAll(io.LimitReader(d.reader, maxInflated+1))
	if err != nil || len(text) > maxInflated {
		d.blind = d.takeover
		return nil
	}
	if d.takeover {
		d.window = append(d.window, text...)
		d.window = append([]byte(nil), d.window[max(0, len(d.window)-maxWindow):]...)
	}
	return bytes.Clone(text[:min(len(text), Keep)]) // or all of it would be kept
}
