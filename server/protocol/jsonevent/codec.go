// Package jsonevent is the raw wire format: each message is a JSON object {"event", "data"}, the
// format of NestJS's WsAdapter, with an "id" where an answer is wanted.
//
// A request {"event", "data", "id"} is answered {"id", "data"} or refused {"id", "error": {"code",
// "message"}}, whichever side asks. Ids are integers from 0 to 2^53-1 and belong to the side that
// asks. What goes wrong and belongs to no request is the event "exception".
package jsonevent

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"

	"wslab/server/gateway"
)

// maxID is the largest integer that JavaScript holds exactly.
const maxID = 1<<53 - 1

// Format encodes packets as envelopes.
type Format struct{}

var _ gateway.Format = Format{}

// Encode implements [gateway.Format].
func (Format) Encode(p *gateway.Packet) []byte {
	b := make([]byte, 0, 48+len(p.Event)+len(p.Data))
	b = append(b, '{')
	if p.Kind != gateway.KindAck {
		b = append(b, `"event":`...)
		b = appendJSON(b, p.Event)
	}
	if p.Kind == gateway.KindAck || p.Kind == gateway.KindRequest {
		if len(b) > 1 {
			b = append(b, ',')
		}
		b = append(b, `"id":`...)
		b = strconv.AppendUint(b, p.ID, 10)
	}
	switch {
	case p.Err != nil:
		b = append(b, `,"error":`...)
		b = appendJSON(b, p.Err)
	case len(p.Data) > 0:
		b = append(b, `,"data":`...)
		b = append(b, p.Data...)
	}
	return append(b, '}')
}

func appendJSON(b []byte, v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil { // strings and structs of strings always encode
		panic(err)
	}
	return append(b, raw...)
}

// envelope is every field a message may have.
type envelope struct {
	Event *string         `json:"event"`
	ID    json.RawMessage `json:"id"`
	Data  json.RawMessage `json:"data"`
	Error *gateway.Error  `json:"error"`
}

// Decode reads one envelope. Its error is a [*gateway.Error] with the code "bad_message", which tells
// a client what is wrong with it. Further keys are ignored.
func Decode(message []byte) (*gateway.Packet, error) {
	if first := bytes.TrimLeft(message, " \t\r\n"); len(first) > 0 && first[0] != '{' && json.Valid(message) {
		return nil, bad("want an object such as {\"event\":\"message\",\"data\":…}, got %s", jsonKind(first[0]))
	}
	var e envelope
	if err := json.Unmarshal(message, &e); err != nil {
		return nil, bad("%v", describe(err))
	}
	p := &gateway.Packet{Data: e.Data}
	if len(e.ID) > 0 {
		id, err := strconv.ParseUint(string(e.ID), 10, 64)
		if err != nil || id > maxID {
			return nil, bad("id must be an integer from 0 to 2^53-1, got %.40s", e.ID)
		}
		p.ID = id
	}
	switch asked := len(e.ID) > 0; {
	case e.Event != nil && asked:
		p.Kind, p.Event = gateway.KindRequest, *e.Event
	case e.Event != nil:
		p.Kind, p.Event = gateway.KindEvent, *e.Event
	case asked:
		p.Kind, p.Err = gateway.KindAck, e.Error
		if p.Err != nil {
			p.Data = nil
		}
	default:
		return nil, bad(`want "event" with the event's name`)
	}
	return p, nil
}

func bad(format string, args ...any) *gateway.Error {
	return &gateway.Error{Code: "bad_message", Message: fmt.Sprintf(format, args...)}
}

func describe(err error) string {
	switch e := err.(type) {
	case *json.SyntaxError:
		return fmt.Sprintf("not JSON at byte %d: %v", e.Offset, e)
	case *json.UnmarshalTypeError:
		return fmt.Sprintf("%q must be a %s, got %s", e.Field, e.Type, e.Value)
	}
	return err.Error()
}

func jsonKind(first byte) string {
	switch first {
	case '[':
		return "an array"
	case '"':
		return "a string"
	case 't', 'f':
		return "a boolean"
	case 'n':
		return "null"
	}
	return "a number"
}
