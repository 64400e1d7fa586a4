package bench

import (
	"bytes"
	"net"
	"sync/atomic"
)

// A relay passes connections on to a server and counts what crosses them, whoever the client is.
type relay struct {
	listener net.Listener
	server   string
	up, down atomic.Int64 // bytes
	requests atomic.Int64 // of HTTP
}

func newRelay(server string) (*relay, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	r := &relay{listener: listener, server: server}
	go func() {
		for {
			near, err := listener.Accept()
			if err != nil {
				return
			}
			far, err := net.Dial("tcp", server)
			if err != nil {
				near.Close()
				continue
			}
			go pass(far, near, r.toServer())
			go pass(near, far, func(b []byte) { r.down.Add(int64(len(b))) })
		}
	}()
	return r, nil
}

// protocol ends the first line of a request.
var protocol = []byte(" HTTP/1.1\r\n")

// toServer returns what counts the bytes and the requests of one connection.
func (r *relay) toServer() func([]byte) {
	var end []byte // of what has been counted: a line may be cut
	return func(b []byte) {
		r.up.Add(int64(len(b)))
		seen := append(end, b...)
		r.requests.Add(int64(bytes.Count(seen, protocol)))
		end = bytes.Clone(seen[max(0, len(seen)-len(protocol)+1):])
	}
}

// pass counts before it passes on: what was heard has been counted.
func pass(to, from net.Conn, count func([]byte)) {
	defer to.Close()
	defer from.Close()
	b := make([]byte, 32<<10)
	for {
		n, err := from.Read(b)
		count(b[:n])
		if n > 0 {
			if _, err := to.Write(b[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

func (r *relay) host() string { return r.listener.Addr().String() }
func (r *relay) close()       { r.listener.Close() }
