package baseline

import (
	"bufio"
	"encoding/binary"
	"net"
	"net/http"
	"sync"
	"time"
)

// A wire is the network connection under the library's. All writes are whole frames.
type wire struct {
	net.Conn
	socket

	data   []byte  // read and not yet consumed, within buffer
	buffer *[]byte // pooled; only while there is data

	mu       sync.Mutex
	backlog  []byte // while the socket is full
	draining bool   // somebody waits for the socket
	closed   bool   // a close frame was written, after which there is no data (RFC 6455, 5.5.1)
}

// finalClose begins a close frame.
const finalClose = 0x88

const (
	maxBacklog   = 1 << 20 // bytes; who is further behind is thrown out
	drainTimeout = 10 * time.Second
)

// buffers are for what is read, 4 KiB each.
var buffers = sync.Pool{New: func() any { b := make([]byte, 4<<10); return &b }}

// Read gives the library what has come.
func (w *wire) Read(p []byte) (int, error) {
	if len(w.data) == 0 {
		if err := w.await(); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.data)
	if w.data = w.data[n:]; len(w.data) == 0 && w.buffer != nil {
		buffers.Put(w.buffer)
		w.buffer = nil
	}
	return n, nil
}

// Write writes a control frame of the library.
func (w *wire) Write(frame []byte) (int, error) {
	w.send(frame)
	return len(frame), nil
}

// send writes frames, or as much as the socket takes, and keeps the rest. It never waits.
func (w *wire) send(frames []byte) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || len(frames) == 0 {
		return
	}
	w.closed = frames[0] == finalClose
	if !w.draining {
		n, err := w.writeNow(frames)
		if err != nil {
			w.cut()
			return
		}
		if frames = frames[n:]; len(frames) == 0 {
			return
		}
		w.draining = true
		go w.drain()
	}
	if w.backlog = append(w.backlog, frames...); len(w.backlog) > maxBacklog {
		w.cut()
	}
}

// cut ends the connection, which its reader notices.
func (w *wire) cut() {
	w.closed, w.backlog = true, nil
	_ = w.Close()
}

func (w *wire) drain() {
	for {
		w.mu.Lock()
		frames := w.backlog
		w.backlog = nil
		w.draining = len(frames) > 0
		w.mu.Unlock()
		if len(frames) == 0 {
			return
		}
		_ = w.SetWriteDeadline(time.Now().Add(drainTimeout))
		if _, err := w.Conn.Write(frames); err != nil {
			_ = w.Close()
		}
	}
}

// appendFrame appends a final text frame, which a server does not mask.
func appendFrame(b, text []byte) []byte {
	switch n := len(text); {
	case n < 126:
		b = append(b, 0x81, byte(n))
	case n < 1<<16:
		b = binary.BigEndian.AppendUint16(append(b, 0x81, 126), uint16(n))
	default:
		b = binary.BigEndian.AppendUint64(append(b, 0x81, 127), uint64(n))
	}
	return append(b, text...)
}

// hijacker puts a wire under the library, with buffers as small as it can do with: 128 bytes and more keep each of its
// control frames one Write.
type hijacker struct {
	http.ResponseWriter
	wire *wire
	in   *bufio.Reader
}

// Hijack implements [http.Hijacker].
func (h *hijacker) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	nc, rw, err := http.NewResponseController(h.ResponseWriter).Hijack()
	if err != nil {
		return nil, nil, err
	}
	if h.wire, err = newWire(nc); err != nil {
		return nil, nil, err
	}
	early, _ := rw.Reader.Peek(rw.Reader.Buffered()) // of what net/http has read already
	h.wire.data = append([]byte(nil), early...)
	h.in = bufio.NewReaderSize(h.wire, 16)
	return h.wire, bufio.NewReadWriter(h.in, bufio.NewWriterSize(h.wire, 256)), nil
}
