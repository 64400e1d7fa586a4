package frame

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"

	"wslab/server/gateway"
)

// Format is the payload of a [Packet] frame: the kind, the id, the event and the data with their lengths,
// then each attachment with its length. It is binary because a guest may be interpreted, where reading JSON
// costs more than handling it.
var Format gateway.Format = format{}

type format struct{}

const (
	packetHeader = 1 + 8 + 4 + 4
	refused      = 0x80 // in the kind: the data is a gateway.Error
	several      = 0x40 // in the kind: the data is a list of arguments
)

// Encode implements [gateway.Format].
func (format) Encode(p *gateway.Packet) []byte {
	kind, data := byte(p.Kind), []byte(p.Data)
	if p.Err != nil {
		kind |= refused
		data, _ = json.Marshal(p.Err) // two strings
	}
	if p.Several {
		kind |= several
	}
	b := make([]byte, 0, packetHeader+len(p.Event)+len(data))
	b = append(b, kind)
	b = binary.LittleEndian.AppendUint64(b, p.ID)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(p.Event)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(data)))
	b = append(b, p.Event...)
	b = append(b, data...)
	for _, a := range p.Attachments {
		b = binary.LittleEndian.AppendUint32(b, uint32(len(a)))
		b = append(b, a...)
	}
	return b
}

var errPacket = errors.New("frame: malformed packet")

// ParsePacket reads what [Format] wrote. The packet keeps nothing of b.
func ParsePacket(b []byte) (*gateway.Packet, error) {
	if len(b) < packetHeader {
		return nil, errPacket
	}
	p := &gateway.Packet{Kind: gateway.Kind(b[0] &^ (refused | several)), ID: binary.LittleEndian.Uint64(b[1:])}
	p.Several = b[0]&several != 0
	event, data := binary.LittleEndian.Uint32(b[9:]), binary.LittleEndian.Uint32(b[13:])
	rest := b[packetHeader:]
	if p.Kind > gateway.KindInvalid || uint64(event)+uint64(data) > uint64(len(rest)) {
		return nil, errPacket
	}
	p.Event = string(rest[:event])
	if raw := rest[event : event+data]; b[0]&refused != 0 {
		if json.Unmarshal(raw, &p.Err) != nil || p.Err == nil {
			return nil, errPacket
		}
	} else if len(raw) > 0 {
		p.Data = bytes.Clone(raw)
	}
	for rest = rest[event+data:]; len(rest) > 0; {
		if len(rest) < 4 || uint64(binary.LittleEndian.Uint32(rest)) > uint64(len(rest)-4) {
			return nil, errPacket
		}
		n := 4 + binary.LittleEndian.Uint32(rest)
		p.Attachments = append(p.Attachments, append([]byte{}, rest[4:n]...))
		rest = rest[n:]
	}
	return p, nil
}
