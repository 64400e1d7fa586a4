package load

import (
	"net"
	"syscall"

	"golang.org/x/sys/unix"
)

// fromOneAddress is how many clients connect from one address: ports are not without end.
const fromOneAddress = 2000

// source is how the i-th client connects: from 127.0.0.2 and its neighbours, which are all the loopback's here. Its port
// is chosen when the server's is known. Else no port could be used that a client of any server had in the last minute.
func source(i int) net.Dialer {
	return net.Dialer{
		LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i/fromOneAddress))},
		Control: func(_, _ string, raw syscall.RawConn) error {
			var failed error
			err := raw.Control(func(fd uintptr) {
				failed = unix.SetsockoptInt(int(fd), unix.SOL_IP, unix.IP_BIND_ADDRESS_NO_PORT, 1)
			})
			if err != nil {
				return err
			}
			return failed
		},
	}
}
