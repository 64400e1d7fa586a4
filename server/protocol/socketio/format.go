package socketio

import (
	"encoding/json"
	"fmt"
	"strconv"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
)

// Format writes packets as the clients of one namespace have them, but for the attachments, which follow. The
// packets of Engine.IO that carry them are in it, so that the bytes go out as they are.
//
// Socket.IO has no refusals: as in NestJS they are the event "exception", and an event that asked for nothing
// is answered with nothing.
type Format struct{ Namespace string }

var _ gateway.Format = Format{}

// Encode implements [gateway.Format]. What the protocol has no packet for is nothing.
func (f Format) Encode(p *gateway.Packet) []byte {
	out := f.packet(p)
	if out == nil {
		return nil
	}
	return out.Append([]byte{byte(engineio.Message)})
}

func (f Format) packet(p *gateway.Packet) *Packet {
	out := &Packet{Type: Event, Namespace: f.Namespace, Attachments: p.Attachments}
	switch p.Kind {
	case gateway.KindEvent:
		out.Data = list(p.Event, p.Payload)
		if p.Offset > 0 { // the last argument is what a client presents to recover
			out.Data = fmt.Appendf(out.Data[:len(out.Data)-1], `,"%d"]`, p.Offset)
		}
	case gateway.KindRequest:
		out.Asks, out.ID = true, p.ID
		out.Data = list(p.Event, p.Payload)
	case gateway.KindAck:
		if p.Err != nil {
			raw, err := gateway.Encode(gateway.Exception{Status: "error", Error: *p.Err})
			if err != nil { // strings always encode
				panic(err)
			}
			out.Data = list("exception", gateway.Payload{Data: raw})
			break
		}
		out.Type, out.ID = Ack, p.ID
		out.Data = arguments(p.Payload)
	default:
		return nil
	}
	return out
}

// TakeOffset takes the offset, which servers that share a gateway put behind the arguments of a broadcast, from an
// event's payload to its place.
func TakeOffset(p *gateway.Packet) {
	arguments := []json.RawMessage{p.Data}
	if p.Several && json.Unmarshal(p.Data, &arguments) != nil || p.Kind != gateway.KindEvent {
		return
	}
	rest, last := arguments[:len(arguments)-1], arguments[len(arguments)-1]
	var digits string
	if json.Unmarshal(last, &digits) != nil {
		return
	}
	offset, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return
	}
	p.Offset, p.Several, p.Data = offset, len(rest) > 1, nil
	switch len(rest) {
	case 0:
	case 1:
		p.Data = rest[0]
	default:
		p.Data, _ = json.Marshal(rest) // raw values that were read
	}
}

// list is an event's name and its arguments.
func list(event string, p gateway.Payload) json.RawMessage {
	name, err := gateway.Encode(event)
	if err != nil { // a string always encodes
		panic(err)
	}
	b := append(json.RawMessage{'['}, name...)
	if rest := arguments(p)[1:]; len(rest) > 1 {
		return append(append(b, ','), rest...)
	}
	return append(b, ']')
}

// arguments is the list of a payload's arguments.
func arguments(p gateway.Payload) json.RawMessage {
	if p.Several && len(p.Data) > 0 {
		return p.Data
	}
	return append(append(json.RawMessage{'['}, p.Data...), ']')
}

// Incoming returns the gateway's packet that an event or an ack is. An event's name may also be a number.
func (p *Packet) Incoming() (*gateway.Packet, error) {
	in := &gateway.Packet{Kind: gateway.KindEvent, ID: p.ID}
	list, err := p.list()
	if err != nil && len(p.Data) > 0 {
		return nil, err
	}
	switch {
	case p.Type == Ack:
		in.Kind = gateway.KindAck
	case p.Asks:
		in.Kind = gateway.KindRequest
	}
	if in.Kind != gateway.KindAck && len(list) > 0 {
		if json.Unmarshal(list[0], &in.Event) != nil {
			in.Event = string(list[0])
		}
		list = list[1:]
	}
	in.Attachments = p.Attachments
	switch len(list) {
	case 0:
	case 1:
		in.Data = list[0]
	default:
		in.Several = true
		raw, err := json.Marshal(list)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrPacket, err)
		}
		in.Data = raw
	}
	return in, nil
}
