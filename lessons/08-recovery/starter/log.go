package recovery

import (
	"errors"

	"wslab/server/gateway"
)

// room is where those are who have resumed. Nobody else gets in: a room that a client names has no space around it.
const room = " resumed "

// errTooLate refuses words whose sender has heard so little that the log may have forgotten them.
var errTooLate = &gateway.Error{Code: "too_late", Message: "the log no longer has all that came after this number: resume"}

// Log keeps the newest messages of the chat, each under its number.
type Log struct {
	newest int       // the number of the newest, 0 before there is one
	kept   []Message // the newest, at most Kept
}

// replay tells one client where it goes on, and what it has missed. The lock is held.
func (c *Chat) replay(socket *gateway.Socket, heard int) error {
	from, missed := c.log.After(heard)
	err := Resumed.Emit(socket, Position{from})
	for _, message := range missed {
		err = errors.Join(err, Said.Emit(socket, message))
	}
	return err
}
