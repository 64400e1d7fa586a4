package wire

// Keep is how much of a payload is kept, in bytes.
const Keep = 4 << 10

// maxMessage is how much of a message is told, in bytes: enough to know which event it is.
const maxMessage = 64 << 10

// A Reader parses one direction of a connection into frames. Its memory is bounded whatever it reads.
type Reader struct {
	up       bool
	inflater *inflater // nil where nothing is compressed
	each     func(Frame, []byte)

	begun      bool // the header is complete
	frame      Frame
	head       []byte // of a header that is not complete
	seen       uint64 // bytes of the payload
	fragmented bool   // a message is under way
	compressed bool   // it is compressed
	message    []byte // what it says, its first maxMessage bytes
	lost       bool   // where the next frame begins
}

// NewReader returns a reader of the direction to the server (up) or from it. It calls each with every
// frame and, at the last of a message, with what the message says, or the beginning of a long one, which
// is only valid during the call. An extension is what the server's answer names in the header
// Sec-WebSocket-Extensions, or empty.
func NewReader(up bool, extension string, each func(f Frame, message []byte)) *Reader {
	return &Reader{up: up, inflater: newInflater(up, extension), each: each}
}

// Write takes the next bytes. It keeps none of them.
func (r *Reader) Write(b []byte) {
	for !r.lost {
		if !r.begun && !r.begin(&b) {
			return
		}
		n := min(uint64(len(b)), r.frame.Length-r.seen)
		r.take(b[:n])
		if b = b[n:]; r.seen < r.frame.Length {
			return
		}
		r.finish()
	}
}

// Close tells that nothing more comes. What there is of an unfinished frame is told.
func (r *Reader) Close() {
	if r.begun && !r.lost {
		r.frame.Short = r.frame.Length - r.seen
		r.each(r.frame, nil)
	}
	r.begun, r.lost = false, true
}

// begin reads a header, and reports whether it is complete.
func (r *Reader) begin(b *[]byte) bool {
	n := min(len(*b), maxHeader-len(r.head))
	before := len(r.head)
	r.head = append(r.head, (*b)[:n]...)
	h := ParseHeader(r.head)
	if h.Size == 0 {
		*b = (*b)[n:]
		return false
	}
	*b = (*b)[h.Size-before:]
	r.frame, r.head, r.seen, r.begun = Frame{Header: h}, r.head[:0], 0, true
	r.frame.Breaks = h.breaks(r.up, r.inflater != nil)
	if h.Length>>63 != 0 { // nobody knows where the next would begin
		r.each(r.frame, nil)
		r.lost = true
		return false
	}
	if !h.Opcode.Control() {
		r.open()
	}
	return true
}

// open begins a message, or continues one.
func (r *Reader) open() {
	f := &r.frame
	switch continues := f.Opcode == Continuation; {
	case f.Breaks != "":
	case continues && !r.fragmented:
		f.Breaks = BreaksContinuation
	case !continues && r.fragmented:
		f.Breaks = BreaksInterrupted
	}
	if f.Opcode != Continuation {
		if r.message = r.message[:0]; cap(r.message) > Keep {
			r.message = nil // most are short
		}
		r.compressed = r.inflater != nil && f.RSV&rsv1 != 0
		r.inflater.begin()
	}
	r.fragmented = !f.Final
}

// take takes the next bytes of the payload.
func (r *Reader) take(b []byte) {
	f := &r.frame
	offset := r.seen
	r.seen += uint64(len(b))
	if r.compressed && !f.Opcode.Control() {
		b = append([]byte(nil), b...)
		f.mask(b, offset)
		r.inflater.add(b)
		f.Payload = append(f.Payload, b[:min(len(b), Keep-len(f.Payload))]...)
		return
	}
	room := Keep - len(f.Payload)
	if !f.Opcode.Control() {
		room = max(room, maxMessage-len(r.message))
	}
	if room == 0 {
		return
	}
	b = append([]byte(nil), b[:min(len(b), room)]...)
	f.mask(b, offset)
	f.Payload = append(f.Payload, b[:min(len(b), Keep-len(f.Payload))]...)
	if !f.Opcode.Control() {
		r.message = append(r.message, b[:min(len(b), maxMessage-len(r.message))]...)
	}
}

func (r *Reader) finish() {
	f := &r.frame
	r.begun = false
	if f.Opcode == Close {
		f.closing()
	}
	if f.Opcode.Control() {
		r.each(*f, nil)
		return
	}
	switch {
	case !f.Final:
		r.each(*f, nil)
	case r.compressed:
		f.Inflated = r.inflater.end()
		r.each(*f, f.Inflated)
	default:
		r.each(*f, r.message)
	}
}
