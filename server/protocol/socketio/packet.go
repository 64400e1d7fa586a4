// Package socketio is Socket.IO, version 5, over [engineio]: events with names, acks, namespaces and binary
// attachments. https://github.com/socketio/socket.io-protocol
package socketio

import (
	"encoding/json"
	"strconv"
)

// Type says what a packet is. It is the packet's first character.
type Type byte

// The types of packets. A packet with attachments is written as BinaryEvent or BinaryAck.
const (
	Connect      Type = '0'
	Disconnect   Type = '1'
	Event        Type = '2'
	Ack          Type = '3'
	ConnectError Type = '4'
	BinaryEvent  Type = '5'
	BinaryAck    Type = '6'
)

// Main is the namespace that packets without one belong to.
const Main = "/"

// Packet is one packet with its attachments, whatever messages it takes to carry them.
type Packet struct {
	Type      Type // never BinaryEvent nor BinaryAck
	Namespace string

	// Asks says that an Event wants an Ack with the same ID.
	Asks bool
	ID   uint64

	// Data is the payload as JSON: of a Connect or a ConnectError an object or nothing; of an Event the
	// list of its name and its arguments; of an Ack the list of its arguments. Where an attachment belongs
	// stands {"_placeholder":true,"num":0}.
	Data        json.RawMessage
	Attachments [][]byte

	elements []json.RawMessage // of Data, once they are parsed
}

// Append appends the packet's header and JSON. Its attachments follow as binary messages of their own.
func (p *Packet) Append(b []byte) []byte {
	kind := p.Type
	if len(p.Attachments) > 0 {
		if kind = BinaryEvent; p.Type == Ack {
			kind = BinaryAck
		}
	}
	b = append(b, byte(kind))
	if len(p.Attachments) > 0 {
		b = append(strconv.AppendInt(b, int64(len(p.Attachments)), 10), '-')
	}
	if p.Namespace != Main && p.Namespace != "" {
		b = append(append(b, p.Namespace...), ',')
	}
	if p.Asks || p.Type == Ack {
		b = strconv.AppendUint(b, p.ID, 10)
	}
	return append(b, p.Data...)
}
