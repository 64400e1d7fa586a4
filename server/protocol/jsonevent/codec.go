// Package jsonevent is the raw wire format: each message is a JSON object {"event", "data"}, the
// format of NestJS's WsAdapter, with an "id" where an answer is wanted.
//
// A request {"event", "data", "id"} is answered {"id", "data"} or refused {"id", "error": {"code",
// "message"}}, whichever side asks. Ids are integers from 0 to 2^53-1 and belong to the side that
// asks. What goes wrong and belongs to no request is the event "exception". The format has no bytes:
// attachments of other formats are base64 strings in it, and several arguments are an array.
//
// Where several servers share a gateway, each broadcast has an "offset": see [Connected].
package jsonevent

import (
	"bytes"
	"encoding/json"
	"errors"
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
		b = appendString(b, p.Event)
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
		b = append(b, p.JSON()...)
	case p.Kind == gateway.KindAck: // an answer always has data
		b = append(b, `,"data":null`...)
	}
	if p.Offset > 0 {
		b = append(b, `,"offset":"`...)
		b = append(strconv.AppendUint(b, p.Offset, 10), '"')
	}
	return append(b, '}')
}

// appendString appends s as JSON.
func appendString(b []byte, s string) []byte {
	if !plain(s) {
		return appendJSON(b, s)
	}
	return append(append(append(b, '"'), s...), '"')
}

// plain reports whether s in JSON is s in quotes.
func plain[T string | []byte](s T) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// unquote reads a JSON string.
func unquote(raw []byte, s *string) error {
	if n := len(raw); n >= 2 && raw[0] == '"' && plain(raw[1:n-1]) {
		*s = string(raw[1 : n-1])
		return nil
	}
	return json.Unmarshal(raw, s)
}

func appendJSON(b []byte, v any) []byte {
	raw, err := gateway.Encode(v)
	if err != nil { // strings and structs of strings always encode
		panic(err)
	}
	return append(b, raw...)
}

// Decode reads one envelope. Its error is a [*gateway.Error] with the code "bad_message", which tells
// a client what is wrong with it. Further keys are ignored, also those that differ only in case.
func Decode(message []byte) (*gateway.Packet, error) {
	if first := bytes.TrimLeft(message, " \t\r\n"); len(first) > 0 && first[0] != '{' && json.Valid(message) {
		return nil, bad("want an object such as {\"event\":\"message\",\"data\":…}, got %s", jsonKind(first[0]))
	}
	f, ok := read(message)
	if !ok {
		return nil, bad("%v", describe(json.Unmarshal(message, &map[string]json.RawMessage{})))
	}
	p := &gateway.Packet{Payload: gateway.Payload{Data: f.data}}
	if f.offset != nil {
		p.Offset, _ = strconv.ParseUint(string(bytes.Trim(f.offset, `"`)), 10, 64) // it is for clients, of their server
	}
	asked := f.id != nil
	if asked {
		n, err := strconv.ParseUint(string(f.id), 10, 64)
		if err != nil || n > maxID {
			return nil, bad("id must be an integer from 0 to 2^53-1, got %.40s", f.id)
		}
		p.ID = n
	}
	switch {
	case f.event != nil:
		if err := unquote(f.event, &p.Event); err != nil || f.event[0] != '"' {
			return nil, bad("event must be a string, got %s", jsonKind(f.event[0]))
		}
		if asked {
			p.Kind = gateway.KindRequest
		}
	case asked:
		return answer(p, f.refusal)
	default:
		return nil, bad(`want "event" with the event's name`)
	}
	return p, nil
}

// answer reads the rest of an answer: a refusal has no data.
func answer(p *gateway.Packet, refusal json.RawMessage) (*gateway.Packet, error) {
	p.Kind = gateway.KindAck
	if len(refusal) == 0 || string(refusal) == "null" {
		return p, nil
	}
	p.Data, p.Err = nil, new(gateway.Error)
	if err := json.Unmarshal(refusal, p.Err); err != nil {
		return nil, bad("error must be an object with code and message")
	}
	return p, nil
}

func bad(format string, args ...any) *gateway.Error {
	return &gateway.Error{Code: "bad_message", Message: fmt.Sprintf(format, args...)}
}

func describe(err error) string {
	var wrong *json.SyntaxError
	if errors.As(err, &wrong) {
		return fmt.Sprintf("not JSON at byte %d: %v", wrong.Offset, wrong)
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
	case '{':
		return "an object"
	}
	return "a number"
}
