//go:build js

package main

import (
	"encoding/hex"
	"strings"

	"wslab/server/transport"
	"wslab/wasm/client"
)

// sendPlain sends what is typed, as text or as the bytes that it stands for.
func (p *panel) sendPlain() {
	m, err := plain(p.part("kind").Value(), p.part("payload").Value())
	switch {
	case p.conn.state != open:
		p.complain("error.closed")
	case err != nil:
		p.complain("error.hex")
	default:
		if err := p.conn.client.(*client.Plain).Send(m); err != nil {
			p.fault.SetText(err.Error())
		}
	}
}

// plain is a message of a kind, "text" or "binary". Bytes are typed in hexadecimal, with spaces anywhere.
func plain(kind, typed string) (m transport.Message, err error) {
	if kind == "text" {
		return transport.Message{Data: []byte(typed)}, nil
	}
	m.Binary = true
	m.Data, err = hex.DecodeString(strings.Join(strings.Fields(typed), ""))
	return m, err
}
