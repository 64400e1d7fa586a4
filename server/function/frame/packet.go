package frame

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"

	"wslab/server/gateway"
)

// Format is the payload of a [Packet] frame: the kind, the id, the event with its length, the data.
// It is binary because a guest may be interpreted, where reading JSON costs more than handling it.
var Format gateway.Format = format{}

type format struct{}

const (
	packetHeader = 1 + 8 + 4
	refused      = 0x80 // in the kind: the data is a gateway.Error
)

// Encode implements [gateway.Format].
func (format) Encode(p *gateway.Packet) []byte {
	kind, data := byte(p.Kind), []byte(p.Data)
	if p.Err != nil {
		kind |= refused
		data, _ = json.Marshal(p.Err) // two strings
	}
	b := make([]byte, 0, packetHeader+len(p.Event)+len(data))
	b = append(b, kind)
	b = binary.LittleEndian.AppendUint64(b, p.ID)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(p.Event)))
	b = append(b, p.Event...)
	return append(b, data...)
}

var errPacket = errors.New("frame: malformed packet")

// ParsePacket reads what [Format] wrote. The packet keeps nothing of b.
func ParsePacket(b []byte) (*gateway.Packet, error) {
	if len(b) < packetHeader {
		return nil, errPacket
	}
	kind := gateway.Kind(b[0] &^ refused)
	id, n := binary.LittleEndian.Uint64(b[1:]), binary.LittleEndian.Uint32(b[9:])
	rest := b[packetHeader:]
	if kind > gateway.KindInvalid || uint64(n) > uint64(len(rest)) {
		return nil, errPacket
	}
	p := &gateway.Packet{Kind: kind, ID: id, Event: string(rest[:n])}
	if data := rest[n:]; b[0]&refused != 0 {
		if json.Unmarshal(data, &p.Err) != nil || p.Err == nil {
			return nil, errPacket
		}
	} else if len(data) > 0 {
		p.Data = bytes.Clone(data)
	}
	return p, nil
}
