package acks

import (
	"encoding/json"
	"time"

	"wslab/server/gateway"
)

const (
	Say     gateway.Event[Line]      = "message" // from a client
	Said    gateway.Event[Message]   = "message" // to everyone, or to a room
	Welcome gateway.Event[Greeting]  = "welcome" // to the newcomer
	Joined  gateway.Event[Guest]     = "joined"  // to the others
	Left    gateway.Event[Departure] = "left"    // to the others
)

// Line is what a client says, in a room or to everyone: {"text": "hi"}, or plain "hi".
type Line struct {
	Room string `json:"room,omitempty"`
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

// Message is what is heard: who said something, and when; and in which room, or to whom alone.
type Message struct {
	ID   string    `json:"id"` // of the sender's socket
	From string    `json:"from"`
	Room string    `json:"room,omitempty"`
	To   string    `json:"to,omitempty"` // the id of the one socket that it is for
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
