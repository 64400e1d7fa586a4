//go:build !linux

package load

import "net"

// source is how a client connects: here the loopback may have no other address.
func source(int) net.Dialer { return net.Dialer{} }
