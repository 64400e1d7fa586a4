package acks

import (
	"time"

	"wslab/server/gateway"
)

const (
	Join   gateway.Event[Place]    = "join"     // from a client
	Leave  gateway.Event[Place]    = "leave"    // from a client
	Here   gateway.Event[Presence] = "presence" // to everyone in a room, when somebody comes or goes
	Type   gateway.Event[Place]    = "typing"   // from a client
	Typing gateway.Event[Writer]   = "typing"   // to the others in a room
)

const (
	Who     gateway.Request[Place, Presence]          = "who"     // from a client: who is in a room?
	Private gateway.Request[Note, Receipt]            = "private" // from a client
	Hand    gateway.Request[Message, gateway.Payload] = "private" // to the one it is for, who may answer anything
)

// Place is a room. It needs no making: it is there while somebody is in it.
type Place struct {
	Room string `json:"room"`
}

// Presence says who is in a room now.
type Presence struct {
	Room string  `json:"room"`
	Here []Guest `json:"here"`
}

// Writer is somebody who is writing something for a room.
type Writer struct {
	Room string `json:"room"`
	Guest
}

// Note is what one client says to one other.
type Note struct {
	To   string `json:"to"` // the other socket's id
	Text string `json:"text"`
}

// Receipt says that a note has arrived, and when.
type Receipt struct {
	To string    `json:"to"`
	At time.Time `json:"at"`
}
