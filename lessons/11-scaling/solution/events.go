package scaling

import (
	"time"
	"unicode/utf8"

	"wslab/server/gateway"
)

const (
	Say     gateway.Request[Line, Receipt]       = "say"     // answered once it is stored
	Missed  gateway.Request[Position, []Message] = "missed"  // what came after a place in the log
	Said    gateway.Event[Message]               = "message" // to everyone, at all servers
	Welcome gateway.Event[Greeting]              = "welcome" // to the newcomer
)

// Line is what a client says, under a key of its own choosing. Who says the same again keeps the key.
type Line struct {
	Key  string `json:"key"`
	Text string `json:"text"`
}

// Message is what everyone hears, and what the log keeps.
type Message struct {
	Offset uint64    `json:"offset,omitempty"` // its place in the log
	From   string    `json:"from"`
	Text   string    `json:"text"`
	Server string    `json:"server"` // which its sender was connected to
	At     time.Time `json:"at"`
}

type (
	// Receipt says where a message is stored.
	Receipt struct {
		Offset uint64 `json:"offset"`
	}
	// Position is the offset of the last message that a client has heard.
	Position struct {
		Offset uint64 `json:"offset"`
	}
	// Greeting says which server a client has met, and where the log ended then.
	Greeting struct {
		Server string `json:"server"`
		Offset uint64 `json:"offset"`
	}
)

// check refuses a line that has no key, or no text, or one of more than 2000 characters.
func (l Line) check() error {
	for _, part := range []string{l.Key, l.Text} {
		if n := utf8.RuneCountInString(part); n < 1 || n > 2000 {
			return &gateway.Error{Code: "bad_payload", Message: "a line has a key and a text, each of 1 to 2000 characters"}
		}
	}
	return nil
}
