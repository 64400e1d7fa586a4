package ws

import (
	"bufio"
	"bytes"
	"net"
	"net/http"

	"github.com/coder/websocket"
)

// accept upgrades a request and puts a frameConn under the library.
func accept(w http.ResponseWriter, r *http.Request, subprotocols []string) (*websocket.Conn, *frameConn, error) {
	h := &hijacker{ResponseWriter: w}
	ws, err := websocket.Accept(h, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // the handler has checked the origin already
		Subprotocols:       subprotocols,
	})
	return ws, h.raw, err
}

// hijacker hands the library a connection of ours.
type hijacker struct {
	http.ResponseWriter
	raw *frameConn
}

// Hijack implements [http.Hijacker].
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	nc, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	h.raw = newFrameConn(nc)
	h.raw.early(rw.Reader)
	h.raw.in = bufio.NewReaderSize(h.raw, smallest)
	// The writer carries control frames, of at most 127 bytes each (RFC 6455, 5.5).
	return h.raw, bufio.NewReadWriter(h.raw.in, bufio.NewWriterSize(h.raw, 128)), nil
}

// smallest is the smallest buffer of a [bufio.Reader], in bytes: one frame's header, whose masking key included has
// 14. The connection below has a buffer of its own.
const smallest = 16

// early takes what net/http has read beyond the request.
func (c *frameConn) early(r *bufio.Reader) {
	if early, _ := r.Peek(r.Buffered()); len(early) > 0 {
		c.data = bytes.Clone(early)
	}
}
