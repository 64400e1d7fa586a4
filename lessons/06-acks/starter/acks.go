package acks

import (
	"context"
	"time"

	"wslab/server/gateway"
)

// patience is how long a client may take to say that a note has arrived.
const patience = 2 * time.Second

// Validate refuses a room without a name.
func (p Place) Validate() error {
	// TODO 1: return what checked says of the room, of which maxRoom characters are enough.
	return nil
}

// Validate refuses a note without text.
func (n Note) Validate() error {
	// TODO 2: the same for the text.
	return nil
}

// explain makes of an error of the service one that a client may see. Any other stays what it is.
func explain(err error) error {
	// TODO 3: make of ErrOutside a *gateway.Error with the code "not_in_room", of ErrNobody one with
	// the code "not_found". Both come wrapped.
	return err
}

// who answers with who is in a room.
func (c *Chat) who(ctx context.Context, socket *gateway.Socket, place Place) (Presence, error) {
	// TODO 4: the service knows.
	return Presence{}, nil
}

// private hands a note to the one it is for, and answers once it has arrived there.
func (c *Chat) private(ctx context.Context, socket *gateway.Socket, note Note) (Receipt, error) {
	// TODO 5: find the other socket, and Ask it Hand, with a message that names To. Wait at most
	// patience. Answer with a Receipt of that moment, or with what went wrong.
	return Receipt{}, nil
}
