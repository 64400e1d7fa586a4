//go:build !unix

package ws

import (
	"net"
	"syscall"
)

// rawConn returns nil: here every write waits, on a goroutine that exists as long as the write.
func rawConn(net.Conn) syscall.RawConn { return nil }

func (c *frameConn) readNow(uintptr) bool {
	panic("ws: no connection can be read without waiting here")
}

func writeNow(syscall.RawConn, []byte) (int, error) {
	panic("ws: no connection can be written without waiting here")
}
