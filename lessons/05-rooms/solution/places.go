package rooms

import (
	"context"

	"wslab/server/gateway"
)

const (
	Join      gateway.Event[Place]    = "join"     // from a client
	Leave     gateway.Event[Place]    = "leave"    // from a client
	Here      gateway.Event[Presence] = "presence" // to everyone in a room, when somebody comes or goes
	Type      gateway.Event[Place]    = "typing"   // from a client
	Typing    gateway.Event[Writer]   = "typing"   // to the others in a room
	Whisper   gateway.Event[Note]     = "private"  // from a client
	Whispered gateway.Event[Message]  = "private"  // to the one it is for, and to the sender
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

func (c *Chat) join(_ context.Context, socket *gateway.Socket, place Place) error {
	room, err := checked("room", place.Room, maxRoom)
	if err != nil {
		return err
	}
	return c.service.JoinRoom(socket, room)
}

func (c *Chat) leave(_ context.Context, socket *gateway.Socket, place Place) error {
	return c.service.LeaveRoom(socket, place.Room)
}

func (c *Chat) typing(_ context.Context, socket *gateway.Socket, place Place) error {
	return c.service.Type(socket, place.Room)
}
