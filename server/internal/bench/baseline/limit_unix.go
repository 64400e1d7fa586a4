//go:build unix

package baseline

import (
	"io"
	"net"
	"syscall"
)

// A socket reads and writes without waiting. What it does with a descriptor is made once: a closure for each message
// would be garbage.
type socket struct {
	raw               syscall.RawConn
	tryRead, tryWrite func(fd uintptr) (done bool)
	out               []byte // to be written
	written           int
	readErr, writeErr error
}

func newWire(nc net.Conn) (*wire, error) {
	tcp, ok := nc.(syscall.Conn)
	if !ok {
		return nil, syscall.ENOTSOCK
	}
	raw, err := tcp.SyscallConn()
	w := &wire{Conn: nc}
	w.raw, w.tryRead, w.tryWrite = raw, w.readOnce, w.writeOnce
	return w, err
}

// await waits until there is data.
func (w *wire) await() error {
	if len(w.data) > 0 {
		return nil
	}
	w.readErr = nil
	if err := w.raw.Read(w.tryRead); err != nil {
		return err
	}
	return w.readErr
}

// readOnce reads what there is. A buffer is kept only if something comes of it.
func (w *wire) readOnce(fd uintptr) (done bool) {
	buffer := buffers.Get().(*[]byte)
	n, err := uninterrupted(syscall.Read, fd, *buffer)
	if n > 0 {
		w.buffer, w.data = buffer, (*buffer)[:n]
		return true
	}
	buffers.Put(buffer)
	if err == syscall.EAGAIN {
		return false
	}
	if w.readErr = err; err == nil {
		w.readErr = io.EOF
	}
	return true
}

// writeNow writes as much as the socket takes.
func (w *wire) writeNow(b []byte) (int, error) {
	w.out = b
	err := w.raw.Write(w.tryWrite)
	w.out = nil
	if err == nil && w.writeErr != syscall.EAGAIN {
		err = w.writeErr
	}
	return max(w.written, 0), err
}

func (w *wire) writeOnce(fd uintptr) (done bool) {
	w.written, w.writeErr = uninterrupted(syscall.Write, fd, w.out)
	return true
}

func uninterrupted(call func(int, []byte) (int, error), fd uintptr, b []byte) (int, error) {
	for {
		if n, err := call(int(fd), b); err != syscall.EINTR {
			return n, err
		}
	}
}
