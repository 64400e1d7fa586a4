package component

import "wslab/web/text"

// A chip is one thing that the filter shows or keeps out.
type chip struct{ value, label, title string }

// chips are the filter's, in groups: who, which way, what about.
func chips(t *text.Strings) [][]chip {
	return [][]chip{
		{{"ana", t.Client.Ana, ""}, {"bob", t.Client.Bob, ""}, {"other", t.Wire.Others, ""}},
		{{"up", "→", t.Lesson.ToServer}, {"down", "←", t.Lesson.FromServer}},
		{{"handshake", t.Wire.Handshake, ""}, {"data", t.Wire.Data, ""}, {"control", t.Wire.Control, ""}, {"faults", t.Wire.Faults, ""}},
	}
}

// A bitField is a part of a frame's header; wide ones take what room there is.
type bitField struct{ id, name string }

// A byteGroup is some bytes of a frame's header with the fields in them.
type byteGroup struct {
	id     string
	fields []bitField
}

// header is the header of a frame as RFC 6455 draws it (5.2).
func header() []byteGroup {
	return []byteGroup{
		{"first", []bitField{{"fin", "FIN"}, {"rsv1", "RSV1"}, {"rsv2", "RSV2"}, {"rsv3", "RSV3"}, {"opcode", "opcode"}}},
		{"second", []bitField{{"mask", "MASK"}, {"length", "length"}}},
		{"extended", []bitField{{"extended", "extended length"}}},
		{"key", []bitField{{"key", "masking key"}}},
		{"payload", []bitField{{"payload", "payload"}}},
	}
}

// views are those of a payload, or of an HTTP message.
func views(t *text.Strings) []chip {
	return []chip{
		{"text", t.Wire.Text, ""}, {"json", t.Wire.JSON, ""}, {"hex", t.Wire.Hex, ""}, {"raw", t.Wire.Raw, ""}, {"headers", t.Wire.Headers, ""},
	}
}

// clients are those whose connections can be made worse.
var clients = []string{"ana", "bob"}

// tabIndex is 0 for the one element of a group that the Tab key reaches.
func tabIndex(reached bool) string {
	if reached {
		return "0"
	}
	return "-1"
}
