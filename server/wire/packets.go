package wire

import "bytes"

// separator stands between the packets of a polling body (Engine.IO, version 4).
const separator = 0x1E

// Packets parses the body of a polling request, or of what answers it, into the packets of Engine.IO. Its
// memory is bounded whatever it reads.
type Packets struct {
	each func(Frame, []byte)

	begun   bool // there is a packet, if only an empty one
	message []byte
	length  uint64 // of the packet; message is its first maxMessage bytes
	over    bool
}

// NewPackets calls each with every packet of a body and with what it says, or the beginning of a long one,
// which is only valid during the call. A packet is told as a frame of text whose header has no bytes.
func NewPackets(each func(f Frame, message []byte)) *Packets { return &Packets{each: each} }

// Write takes the next bytes. It keeps none of them.
func (p *Packets) Write(b []byte) {
	for len(b) > 0 && !p.over {
		part, rest, found := bytes.Cut(b, []byte{separator})
		p.begun = true
		p.length += uint64(len(part))
		p.message = append(p.message, part[:min(len(part), maxMessage-len(p.message))]...)
		if b = rest; found {
			p.tell(true)
			p.begun = true // one follows
		}
	}
}

// Close tells that nothing more comes, and the last packet: whole, or what came of it.
func (p *Packets) Close(whole bool) {
	if p.begun && !p.over {
		p.tell(whole)
	}
	p.over = true
}

func (p *Packets) tell(whole bool) {
	f := Frame{Header: Header{Final: whole, Opcode: Text, Length: p.length}}
	f.Payload = bytes.Clone(p.message[:min(len(p.message), Keep)])
	if whole {
		p.each(f, p.message)
	} else {
		p.each(f, nil)
	}
	p.begun, p.length = false, 0
	if p.message = p.message[:0]; cap(p.message) > Keep {
		p.message = nil // most are short
	}
}
