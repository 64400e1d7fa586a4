package ws

import (
	"bufio"
	"cmp"
	"encoding/binary"
	"net"
	"sync"
	"syscall"
	"time"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// frameConn is the network connection under a server's WebSocket. The library reads from it and
// writes its control frames to it, each with one Write; data frames are written beside the library.
// Every write is whole frames, so they never interleave. A control frame does not wait for a client
// that reads slowly: it is left to who is writing, and follows.
type frameConn struct {
	net.Conn
	now    syscall.RawConn       // to read and write without waiting; nil where it has none
	arrive func(fd uintptr) bool // readNow, made once
	in     *bufio.Reader         // what the library reads through

	reading sync.Mutex        // a connection that closes is also read by who closes it; guards what follows
	buffer  *[readBuffer]byte // while there is something in it
	data    []byte            // in buffer
	failed  error             // of the last read

	mu      sync.Mutex
	writing bool   // somebody writes, and will write what is left to it
	left    []byte // control frames
	closed  bool   // a close frame was written, after which RFC 6455 (5.5.1) allows no data
	broken  bool   // a write failed, maybe within a frame: nothing can follow it
	free    sync.Cond
}

func newFrameConn(nc net.Conn) *frameConn {
	c := &frameConn{Conn: nc, now: rawConn(nc)}
	c.free.L = &c.mu
	c.arrive = c.readNow
	return c
}

// Read implements [net.Conn]. While it waits it has no buffer: most connections wait most of the time.
func (c *frameConn) Read(p []byte) (int, error) {
	c.reading.Lock()
	defer c.reading.Unlock()
	if len(c.data) == 0 {
		if c.now == nil || len(p) >= readBuffer {
			return c.Conn.Read(p)
		}
		if err := c.arrival(); err != nil {
			return 0, err
		}
	}
	n := copy(p, c.data)
	if c.data = c.data[n:]; len(c.data) == 0 && c.buffer != nil {
		readBuffers.Put(c.buffer)
		c.buffer, c.data = nil, nil
	}
	return n, nil
}

// await waits until there is something to read.
func (c *frameConn) await() error {
	c.reading.Lock()
	defer c.reading.Unlock()
	if len(c.data) > 0 {
		return nil
	}
	return c.arrival()
}

// arrival waits until something has come. The lock is held.
func (c *frameConn) arrival() error {
	c.failed = nil
	err := c.now.Read(c.arrive)
	return cmp.Or(err, c.failed)
}

// quiet reports whether the next read would have to wait for the network, as await does.
func (c *frameConn) quiet() bool { return c.now != nil && len(c.data) == 0 && c.in.Buffered() == 0 }

// readBuffer is how much is read at once, in bytes.
const readBuffer = 4 << 10

var readBuffers = sync.Pool{New: func() any { return new([readBuffer]byte) }}

// opcodes of RFC 6455, section 5.2, with FIN set.
const (
	finalText   = 0x81
	finalBinary = 0x82
	finalClose  = 0x88
)

// maxLeft is how many bytes of control frames may wait. Of many pings only some need an answer (5.5.3).
const maxLeft = 1 << 10

// Write writes one control frame of the library. It does not wait, since it may be the reader that writes: what
// the network does not take at once is left to a goroutine. Nothing follows a close frame (RFC 6455, 5.5.1): where
// [frameConn.writeClose] has sent one, the library's answer to the peer's would be a second.
func (c *frameConn) Write(frame []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closed && !c.broken {
		return len(frame), nil
	}
	whole, closing := frame, len(frame) > 0 && frame[0] == finalClose
	if closing {
		c.closed = true
		whole = rephrase(frame)
	}
	switch {
	case c.broken:
		return 0, net.ErrClosed
	case c.writing:
		if closing || len(c.left) < maxLeft {
			c.left = append(c.left, whole...)
		}
		return len(frame), nil
	}
	n, err := c.attempt(whole)
	if err != nil {
		return 0, err
	}
	if n < len(whole) {
		c.left = append(c.left, whole[n:]...)
		c.writing = true
		go func() { _ = c.finish(nil) }() // who reads, or writes next, sees why it fails
	}
	return len(frame), nil
}

// write writes whole data frames with one Write.
func (c *frameConn) write(frames []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.writing { // a control frame, for a moment
		c.free.Wait()
	}
	if c.closed || c.broken {
		return net.ErrClosed
	}
	return c.drain(frames)
}

// begin writes as many bytes of whole data frames as the network takes at once. The connection belongs to
// the rest until that is written: control frames follow it.
func (c *frameConn) begin(frames []byte) (rest func() error, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case c.closed || c.broken:
		return nil, net.ErrClosed
	case c.writing:
		return func() error { return c.write(frames) }, nil
	}
	n, err := c.attempt(frames)
	if err != nil || n == len(frames) {
		return nil, err
	}
	c.writing = true
	return func() error { return c.finish(frames[n:]) }, nil
}

// attempt writes what the network takes at once, which is nothing where it can only wait. The lock is held.
func (c *frameConn) attempt(b []byte) (n int, err error) {
	if c.now == nil {
		return 0, nil
	}
	n, err = writeNow(c.now, b)
	c.broken = err != nil
	return n, err
}

// finish writes the rest of what an attempt has begun, for who has set writing.
func (c *frameConn) finish(rest []byte) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.drain(rest)
}

// drain writes b, then what is left to it meanwhile. The lock is held, and free during writes.
func (c *frameConn) drain(b []byte) (err error) {
	c.writing = true
	for err == nil {
		if len(b) == 0 {
			b, c.left = c.left, nil
		}
		if len(b) == 0 {
			break
		}
		c.mu.Unlock()
		_, err = c.Conn.Write(b)
		c.mu.Lock()
		b = nil
	}
	c.writing, c.broken = false, err != nil
	c.free.Broadcast()
	return err
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
	for c.writing {
		c.free.Wait()
	}
	if !c.closed && !c.broken {
		c.closed = true
		_ = c.drain(closeFrame(why)) // the peer is probably gone
	}
}

// Close closes the connection. A close frame that is left to somebody who writes goes out before.
func (c *frameConn) Close() error {
	c.mu.Lock()
	if c.closed && c.writing {
		_ = c.SetWriteDeadline(time.Now().Add(time.Second))
		for c.writing {
			c.free.Wait()
		}
	}
	c.mu.Unlock()
	return c.Conn.Close()
}

// joinFrames writes each message as one frame.
func joinFrames(messages []transport.Message) []byte {
	size := 0
	for _, m := range messages {
		size += maxHeader + len(m.Data)
	}
	frames := make([]byte, 0, size)
	for _, m := range messages {
		frames = appendFrame(frames, m)
	}
	return frames
}

// maxHeader is the longest header of an unmasked frame in bytes (RFC 6455, 5.2).
const maxHeader = 10

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
