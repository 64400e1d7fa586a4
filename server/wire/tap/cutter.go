package tap

import "wslab/server/wire"

// maxWhole is the longest frame that is cut out, in bytes. What is longer passes in the parts in which it
// comes, and meets no fault of frames.
const maxWhole = 256 << 10

// A cutter cuts what crosses a connection into frames.
type cutter struct {
	held []byte // of a frame that is not complete
	left uint64 // of a frame that is too long, in bytes
	lost bool   // nobody knows where the next frame begins
}

// cut calls each with every frame that is complete, and its header. A part of a longer frame comes
// without one. What each is given, it may keep.
func (c *cutter) cut(b []byte, each func(bytes []byte, h wire.Header)) {
	c.held = append(c.held, b...)
	for len(c.held) > 0 {
		if c.left > 0 || c.lost {
			n := len(c.held)
			if !c.lost {
				n = int(min(uint64(n), c.left))
				c.left -= uint64(n)
			}
			each(c.take(n), wire.Header{})
			continue
		}
		h := wire.ParseHeader(c.held)
		switch {
		case h.Size == 0:
			return
		case h.Length > maxWhole:
			c.left = uint64(h.Size) + h.Length
			c.lost = h.Length>>63 != 0
		case uint64(len(c.held)) < uint64(h.Size)+h.Length:
			return
		default:
			each(c.take(h.Size+int(h.Length)), h)
		}
	}
	c.held = nil
}

// rest calls each with what there is of an unfinished frame.
func (c *cutter) rest(each func(bytes []byte, h wire.Header)) {
	if len(c.held) > 0 {
		each(c.take(len(c.held)), wire.Header{})
	}
}

func (c *cutter) take(n int) []byte {
	taken := c.held[:n:n]
	c.held = c.held[n:]
	return taken
}
