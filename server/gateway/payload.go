package gateway

import (
	"bytes"
	"encoding/json"
)

// Payload is what an event, or its answer, carries. A handler whose payload type is Payload takes it as it
// came, and one that emits or returns a Payload passes it on as it is. Every other type is read from, and
// written as, JSON.
type Payload struct {
	// Data is one JSON value, or nothing. With Several it is the list of several arguments, as Socket.IO
	// has them; to every type but Payload they are one array.
	Data    json.RawMessage `json:"data,omitempty"`
	Several bool            `json:"several,omitempty"`
	// Attachments are bytes beside the JSON. Where one belongs, stands {"_placeholder":true,"num":0} with
	// its index.
	Attachments [][]byte `json:"attachments,omitempty"`
}

// Bytes returns the payload that is nothing but bytes.
func Bytes(b []byte) Payload {
	return Payload{Data: json.RawMessage(`{"_placeholder":true,"num":0}`), Attachments: [][]byte{b}}
}

// JSON returns the payload without attachments: in their places stand base64 strings, as encoding/json
// writes and reads a []byte.
func (p Payload) JSON() json.RawMessage {
	if len(p.Attachments) == 0 {
		return p.Data
	}
	dec := json.NewDecoder(bytes.NewReader(p.Data))
	dec.UseNumber()
	var v any
	if dec.Decode(&v) != nil {
		return p.Data
	}
	inlined, err := Encode(p.inline(v))
	if err != nil { // what was JSON still is
		panic(err)
	}
	return inlined
}

// inline puts the attachments into a decoded value.
func (p Payload) inline(v any) any {
	switch v := v.(type) {
	case []any:
		for i := range v {
			v[i] = p.inline(v[i])
		}
	case map[string]any:
		if b, ok := p.attachment(v); ok {
			return b
		}
		for key := range v {
			v[key] = p.inline(v[key])
		}
	}
	return v
}

// attachment returns the bytes that belong where v stands.
func (p Payload) attachment(v map[string]any) ([]byte, bool) {
	number, ok := v["num"].(json.Number)
	if v["_placeholder"] != true || !ok {
		return nil, false
	}
	n, err := number.Int64()
	if err != nil || n < 0 || n >= int64(len(p.Attachments)) {
		return nil, false
	}
	return p.Attachments[n], true
}

// size is what the payload holds in memory, in bytes.
func (p Payload) size() int {
	n := len(p.Data)
	for _, a := range p.Attachments {
		n += len(a)
	}
	return n
}

// decode reads a payload as a T.
func decode[T any](p Payload) (v T, err error) {
	if whole, ok := any(&v).(*Payload); ok {
		*whole = p
		return v, nil
	}
	return Decode[T](p.JSON())
}

// encode makes a payload of v.
func encode(v any) (Payload, error) {
	if whole, ok := v.(Payload); ok {
		return whole, nil
	}
	raw, err := Encode(v)
	return Payload{Data: raw}, err
}

// Encode writes v as JSON. Unlike [json.Marshal] it leaves <, > and & as they are: payloads are no HTML.
func Encode(v any) (json.RawMessage, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
