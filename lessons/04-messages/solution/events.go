package messages

import (
	"encoding/json"
	"time"

	"wslab/server/gateway"
)

const (
	Say     gateway.Event[Line]      = "message" // from a client
	Said    gateway.Event[Message]   = "message" // to everyone
	Welcome gateway.Event[Greeting]  = "welcome" // to the newcomer
	Joined  gateway.Event[Guest]     = "joined"  // to the others
	Left    gateway.Event[Departure] = "left"    // to the others
)

// Line is what a client says: {"text": "hi"}, or plain "hi".
type Line struct {
	Text string `json:"text"`
}

// UnmarshalJSON implements [json.Unmarshaler].
func (l *Line) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		return json.Unmarshal(data, &l.Text)
	}
	type object Line // without this method
	return json.Unmarshal(data, (*object)(l))
}

// Message is what everyone hears: who said something, and when.
type Message struct {
	ID   string    `json:"id"` // of the sender's socket
	From string    `json:"from"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// Guest, Greeting and Departure are those of lesson 3.
type (
	Guest struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	Greeting struct {
		Guest
		Here []Guest `json:"here"`
	}
	Departure struct {
		Guest
		Code   int    `json:"code"`
		Reason string `json:"reason"`
	}
)
