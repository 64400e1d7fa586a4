//go:build unix

package ws

import (
	"errors"
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
	for {
		a.n, a.err = syscall.Write(int(fd), a.b)
		switch {
		case errors.Is(a.err, syscall.EINTR):
			continue
		case errors.Is(a.err, syscall.EAGAIN):
			a.err = nil
		}
		a.n = max(a.n, 0)
		return true
	}
}
