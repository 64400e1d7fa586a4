package ws

import (
	"bufio"
	"encoding/binary"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// frameConn is the network connection under a server's WebSocket. The library reads from it and
// writes its control frames to it, each with one Write; data frames are written beside the library.
// Every Write is whole frames, so they never interleave.
type frameConn struct {
	net.Conn

	mu     sync.Mutex
	closed bool // a close frame was written, after which RFC 6455 (5.5.1) allows no data
	buffer []byte
}

// opcodes of RFC 6455, section 5.2, with FIN set.
const (
	finalText   = 0x81
	finalBinary = 0x82
	finalClose  = 0x88
)

// Write writes one control frame of the library.
func (c *frameConn) Write(frame []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(frame) > 0 && frame[0] == finalClose {
		c.closed = true
		if _, err := c.Conn.Write(rephrase(frame)); err != nil {
			return 0, err
		}
		return len(frame), nil
	}
	return c.Conn.Write(frame)
}

// rephrase gives the close frame of a protocol error our reason: the library's quotes its internals.
func rephrase(frame []byte) []byte {
	if len(frame) < 4 || int(binary.BigEndian.Uint16(frame[2:])) != gateway.ProtocolError.Code {
		return frame
	}
	return closeFrame(gateway.ProtocolError)
}

func closeFrame(why gateway.Disconnect) []byte {
	frame := []byte{finalClose, byte(2 + len(why.Reason))}
	return append(binary.BigEndian.AppendUint16(frame, uint16(why.Code)), why.Reason...)
}

// writeClose tells a peer that may be gone why the connection ends, if it can be told within a second.
// The deadline also frees a writer that waits for the peer.
func (c *frameConn) writeClose(why gateway.Disconnect) {
	_ = c.SetWriteDeadline(time.Now().Add(time.Second))
	c.mu.Lock()
	defer c.mu.Unlock()
	if !c.closed {
		c.closed = true
		_, _ = c.Conn.Write(closeFrame(why))
	}
}

// maxBuffer is the largest write buffer worth keeping, in bytes.
const maxBuffer = 4 << 10

// writeMessages writes each message as one frame, all of them with one Write.
func (c *frameConn) writeMessages(messages []transport.Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed {
		return net.ErrClosed
	}
	b := c.buffer[:0]
	for _, m := range messages {
		b = appendFrame(b, m)
	}
	c.buffer = nil
	if cap(b) <= maxBuffer {
		c.buffer = b
	}
	_, err := c.Conn.Write(b)
	return err
}

// appendFrame appends m as a final, unmasked frame.
func appendFrame(b []byte, m transport.Message) []byte {
	if m.Binary {
		b = append(b, finalBinary)
	} else {
		b = append(b, finalText)
	}
	switch n := len(m.Data); {
	case n < 126:
		b = append(b, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 127), uint64(n))
	}
	return append(b, m.Data...)
}

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
	h.raw = &frameConn{Conn: nc}
	// The writer carries the handshake's answer and control frames, of at most 127 bytes each.
	return h.raw, bufio.NewReadWriter(rw.Reader, bufio.NewWriterSize(h.raw, 256)), nil
}
