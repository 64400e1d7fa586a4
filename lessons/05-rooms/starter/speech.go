package rooms

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"wslab/server/gateway"
)

// The longest text and the longest name of a room, in characters.
const (
	maxText = 2000
	maxRoom = 40
)

// checked returns s trimmed, or refuses it unless it has 1 to longest characters then.
func checked(what, s string, longest int) (string, error) {
	s = strings.TrimSpace(s)
	if n := utf8.RuneCountInString(s); n < 1 || n > longest {
		return "", &gateway.Error{Code: "bad_payload", Message: fmt.Sprintf("a %s has 1 to %d characters, this one has %d", what, longest, n)}
	}
	return s, nil
}

// message returns what a client says now, to nobody yet.
func message(from *gateway.Socket, text string) Message {
	return Message{ID: from.ID(), From: from.User().Name, Text: text, At: time.Now()}
}

// Post tells everyone what a client says.
func (s *Service) Post(socket *gateway.Socket, text string) error {
	return Said.Emit(s.everyone, message(socket, text))
}

// inside refuses a client that is not in the room. It takes the lock.
func (s *Service) inside(socket *gateway.Socket, room string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, in := s.rooms[room][socket.ID()]; !in {
		return &gateway.Error{Code: "not_in_room", Message: fmt.Sprintf("you are not in the room %.40q: join it first", room)}
	}
	return nil
}

// connected refuses an id that nobody here has. It takes the lock.
func (s *Service) connected(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, here := s.here[id]; !here {
		return &gateway.Error{Code: "not_found", Message: fmt.Sprintf("nobody here has the id %.40q", id)}
	}
	return nil
}
