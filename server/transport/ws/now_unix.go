//go:build unix

package ws

import (
	"errors"
	"io"
	"net"
	"sync"
	"syscall"
)

// rawConn returns what writes of nc that do not wait go through, or nil: the system would have to be asked
// through TLS, or through the inspector.
func rawConn(nc net.Conn) syscall.RawConn {
	if tcp, ok := nc.(*net.TCPConn); ok {
		if raw, err := tcp.SyscallConn(); err == nil {
			return raw
		}
	}
	return nil
}

// readNow reads what has come into a buffer, if anything has. Else it is called again when something has.
func (c *frameConn) readNow(fd uintptr) (done bool) {
	b := readBuffers.Get().(*[readBuffer]byte)
	n, err := retried(func() (int, error) { return syscall.Read(int(fd), b[:]) })
	if n > 0 {
		c.buffer, c.data, c.failed = b, b[:n], nil
		return true
	}
	readBuffers.Put(b)
	if errors.Is(err, syscall.EAGAIN) {
		return false
	}
	if c.failed = io.EOF; err != nil {
		c.failed = &net.OpError{Op: "read", Net: "tcp", Err: err}
	}
	return true
}

// retried calls a system call until no signal interrupts it.
func retried(call func() (int, error)) (int, error) {
	for {
		if n, err := call(); !errors.Is(err, syscall.EINTR) {
			return n, err
		}
	}
}

// writeNow writes what the system's buffer has room for, and returns how many bytes that were.
func writeNow(raw syscall.RawConn, b []byte) (int, error) {
	a := attempts.Get().(*attempt)
	defer attempts.Put(a)
	a.b = b
	if err := raw.Write(a.write); err != nil { // the connection is closed
		return 0, err
	}
	a.b = nil
	return a.n, a.err
}

// An attempt is one write. Attempts are used again, since a closure for each would be garbage.
type attempt struct {
	b     []byte
	n     int
	err   error
	write func(fd uintptr) (done bool)
}

var attempts = sync.Pool{New: func() any {
	a := new(attempt)
	a.write = a.once
	return a
}}

// once writes once, whether or not there is room. A write of the network package would wait for it.
func (a *attempt) once(fd uintptr) bool {
	n, err := retried(func() (int, error) { return syscall.Write(int(fd), a.b) })
	if errors.Is(err, syscall.EAGAIN) {
		err = nil
	}
	a.n, a.err = max(n, 0), err
	return true
}
