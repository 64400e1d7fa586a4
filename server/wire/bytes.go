package wire

import (
	"encoding/json"
	"unicode/utf8"
)

// Bytes are JSON text where they are UTF-8, so that people can read it; else {"base64":"AAEC"}.
type Bytes []byte

type binaryBytes struct {
	Base64 []byte `json:"base64"`
}

// MarshalJSON implements [json.Marshaler].
func (b Bytes) MarshalJSON() ([]byte, error) {
	if utf8.Valid(b) {
		return json.Marshal(string(b))
	}
	return json.Marshal(binaryBytes{b})
}

// UnmarshalJSON implements [json.Unmarshaler].
func (b *Bytes) UnmarshalJSON(text []byte) error {
	var binary binaryBytes
	if len(text) > 0 && text[0] == '{' {
		err := json.Unmarshal(text, &binary)
		*b = binary.Base64
		return err
	}
	var s string
	err := json.Unmarshal(text, &s)
	*b = Bytes(s)
	return err
}
