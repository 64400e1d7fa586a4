//go:build !unix

package baseline

import "net"

type socket struct{}

func newWire(nc net.Conn) (*wire, error) { return &wire{Conn: nc}, nil }

// await waits until there is data.
func (w *wire) await() error {
	if len(w.data) > 0 {
		return nil
	}
	buffer := buffers.Get().(*[]byte)
	n, err := w.Conn.Read(*buffer)
	if n == 0 {
		buffers.Put(buffer)
		return err
	}
	w.buffer, w.data = buffer, (*buffer)[:n]
	return nil
}

// writeNow writes everything: not to wait for a socket is asked for in another way here.
func (w *wire) writeNow(b []byte) (int, error) { return w.Conn.Write(b) }
