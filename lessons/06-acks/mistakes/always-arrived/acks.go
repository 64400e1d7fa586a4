//go:build mistake

// Says that the note has arrived, whatever came of it.
//
// Rejected by TestAClientThatDoesNotAnswerInTimeIsATimeout: "no receipt for a note that may not have arrived"
package acks

import (
	"context"
	"errors"
	"time"

	"wslab/server/gateway"
)

// patience is how long a client may take to say that a note has arrived.
const patience = 2 * time.Second

// Validate refuses a room without a name.
func (p Place) Validate() error { return checked("room", p.Room, maxRoom) }

// Validate refuses a note without text.
func (n Note) Validate() error { return checked("text", n.Text, maxText) }

// explain makes of an error of the service one that a client may see. Any other stays what it is.
func explain(err error) error {
	switch {
	case errors.Is(err, ErrOutside):
		return &gateway.Error{Code: "not_in_room", Message: err.Error()}
	case errors.Is(err, ErrNobody):
		return &gateway.Error{Code: "not_found", Message: err.Error()}
	}
	return err
}

// who answers with who is in a room.
func (c *Chat) who(_ context.Context, socket *gateway.Socket, place Place) (Presence, error) {
	return c.service.Who(socket, place.Room)
}

// private hands a note to the one it is for, and answers once it has arrived there.
func (c *Chat) private(ctx context.Context, socket *gateway.Socket, note Note) (Receipt, error) {
	other, err := c.service.Find(note.To)
	if err != nil {
		return Receipt{}, err
	}
	said := message(socket, note.Text)
	said.To = note.To
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	_, _ = Hand.Ask(ctx, other, said)
	return Receipt{To: note.To, At: time.Now()}, nil
}
