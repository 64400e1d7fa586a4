package socketio

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// MaxAttachments is how many attachments a packet may have, as in the reference.
const MaxAttachments = 10

// ErrPacket is what a [Decoder] says of what is no packet. Who sends such a thing loses its connection.
var ErrPacket = errors.New("not a Socket.IO packet")

func bad(format string, args ...any) error {
	return fmt.Errorf("%w: %w", ErrPacket, fmt.Errorf(format, args...))
}

// A Decoder puts packets together out of the messages of one connection. The zero Decoder is ready.
type Decoder struct {
	codec   Codec   // nil is decode
	waiting *Packet // for attachments
	due     int     // how many of them
}

// Text takes a text message. It returns a packet, or nil where attachments are to follow.
func (d *Decoder) Text(message []byte) (*Packet, error) {
	if d.waiting != nil {
		return nil, bad("text came where %d attachments were due", d.due)
	}
	p, due, err := d.decode(message)
	if err != nil {
		return nil, err
	}
	if due > 0 {
		d.waiting, d.due = p, due
		return nil, nil
	}
	return p, nil
}

// Binary takes a binary message, which it keeps. It returns the packet that it completes, or nil.
func (d *Decoder) Binary(message []byte) (*Packet, error) {
	if d.waiting == nil {
		return nil, bad("an attachment came that belongs to no packet")
	}
	p := d.waiting
	p.Attachments = append(p.Attachments, message)
	if len(p.Attachments) < d.due {
		return nil, nil
	}
	d.waiting = nil
	return p, nil
}

// decode reads a header and its JSON, and checks whether they make sense.
func (d *Decoder) decode(message []byte) (p *Packet, due int, err error) {
	if d.codec != nil {
		p, due, err = d.codec.Decode(string(message))
	} else {
		p, due, err = Header(message)
	}
	if err != nil {
		return nil, 0, err
	}
	return p, due, p.check(due)
}

// Header reads the text of a packet and says how many attachments are due, without a look at the payload.
func Header(b []byte) (p *Packet, due int, err error) {
	if len(b) == 0 {
		return nil, 0, bad("it is empty")
	}
	p = &Packet{Type: Type(b[0]), Namespace: Main}
	b = b[1:]
	switch p.Type {
	case BinaryEvent, BinaryAck:
		if due, b, err = attachments(b); err != nil {
			return nil, 0, err
		}
		p.Type -= BinaryEvent - Event
	case Connect, Disconnect, Event, Ack, ConnectError:
	default:
		return nil, 0, bad("its type is %q, want 0 to 6", byte(p.Type))
	}
	if len(b) > 0 && b[0] == '/' {
		name, rest, _ := bytes.Cut(b, []byte(","))
		p.Namespace, b = string(name), rest
	}
	if b, err = p.id(b); err != nil {
		return nil, 0, err
	}
	p.Data = bytes.TrimLeft(b, " ")
	return p, due, nil
}

// attachments reads how many attachments follow, "2-".
func attachments(b []byte) (due int, rest []byte, err error) {
	count, rest, found := bytes.Cut(b, []byte("-"))
	due, err = strconv.Atoi(string(count))
	if !found || err != nil || due < 1 || due > MaxAttachments || !digit(count[0]) {
		return 0, nil, bad("it has %.20q attachments, want 1 to %d and a dash", count, MaxAttachments)
	}
	return due, rest, nil
}

// id reads the number with which a packet is, or asks to be, answered.
func (p *Packet) id(b []byte) (rest []byte, err error) {
	n := 0
	for n < len(b) && digit(b[n]) {
		n++
	}
	if n == 0 {
		if p.Type == Ack {
			return nil, bad("an ack has no id")
		}
		return b, nil
	}
	if p.ID, err = strconv.ParseUint(string(b[:n]), 10, 64); err != nil {
		return nil, bad("its id is %.30s", b[:n])
	}
	if p.Asks = p.Type == Event; !p.Asks && p.Type != Ack {
		p.ID = 0 // the reference takes one and never looks at it
	}
	return b[n:], nil
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// reserved are the names that belong to the library's own events.
var reserved = []string{"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"}

// check looks whether the payload fits the type.
func (p *Packet) check(due int) error {
	if p.Type == Event || p.Type == Ack {
		return p.checkList(due)
	}
	if len(p.Data) > 0 && !json.Valid(p.Data) { // it also bounds how deeply the payload is nested
		return bad("its payload is not JSON")
	}
	switch p.Type {
	case Connect:
		if len(p.Data) > 0 && p.Data[0] != '{' {
			return bad("a connect carries an object or nothing")
		}
	case Disconnect:
		if len(p.Data) > 0 {
			return bad("a disconnect carries nothing")
		}
	case ConnectError:
		if len(p.Data) == 0 || p.Data[0] != '{' && p.Data[0] != '"' {
			return bad("a connect error carries an object or a string")
		}
	}
	return nil
}

// checkList looks at the list of an event or an ack. An event without any is tolerated, as the reference does:
// it is an event that nobody handles.
func (p *Packet) checkList(due int) error {
	if len(p.Data) == 0 && p.Type == Event && due == 0 {
		return nil
	}
	list, err := p.list()
	if err != nil {
		return err
	}
	if p.Type == Event {
		if len(list) == 0 || list[0][0] != '"' && !digit(list[0][0]) && list[0][0] != '-' {
			return bad("an event begins with its name")
		}
		var name string
		if json.Unmarshal(list[0], &name) == nil && slices.Contains(reserved, name) {
			return bad("the name %q is reserved", name)
		}
	}
	if due == 0 {
		return nil // and nothing is a placeholder
	}
	var v any
	if err := json.Unmarshal(p.Data, &v); err != nil {
		return bad("its payload is not JSON")
	}
	return checkPlaceholders(v, due)
}

// list returns the elements of what an event or an ack carries. They are parsed once.
func (p *Packet) list() ([]json.RawMessage, error) {
	if p.elements != nil {
		return p.elements, nil
	}
	var list []json.RawMessage
	if err := json.Unmarshal(p.Data, &list); err != nil || list == nil { // it also bounds how deeply it is nested
		return nil, bad("it carries no list")
	}
	p.elements = list
	return list, nil
}

// checkPlaceholders looks whether every placeholder names an attachment that is to come.
func checkPlaceholders(v any, due int) error {
	switch v := v.(type) {
	case []any:
		for _, inner := range v {
			if err := checkPlaceholders(inner, due); err != nil {
				return err
			}
		}
	case map[string]any:
		if v["_placeholder"] == true {
			if n, ok := v["num"].(float64); !ok || n != float64(int(n)) || n < 0 || int(n) >= due {
				return bad("a placeholder names attachment %v of %d", v["num"], due)
			}
			return nil
		}
		for _, inner := range v {
			if err := checkPlaceholders(inner, due); err != nil {
				return err
			}
		}
	}
	return nil
}
