package acks

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"wslab/server/gateway"
)

// What the service refuses. It says so in its own terms, and knows nothing of codes.
var (
	ErrOutside = errors.New("you are not in that room: join it first")
	ErrNobody  = errors.New("nobody here has that id")
)

// The longest text and the longest name of a room, in characters.
const (
	maxText = 2000
	maxRoom = 40
)

// checked says what is wrong with s, which has 1 to longest characters without the space around it.
func checked(what, s string, longest int) error {
	if n := utf8.RuneCountInString(strings.TrimSpace(s)); n < 1 || n > longest {
		return fmt.Errorf("%s: want 1 to %d characters, got %d", what, longest, n)
	}
	return nil
}

// message returns what a client says now, to nobody yet.
func message(from *gateway.Socket, text string) Message {
	return Message{ID: from.ID(), From: from.User().Name, Text: strings.TrimSpace(text), At: time.Now()}
}

// inside refuses a client that is not in the room. It takes the lock.
func (s *Service) inside(socket *gateway.Socket, room string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, in := s.rooms[room][socket.ID()]; !in {
		return fmt.Errorf("room %.40q: %w", room, ErrOutside)
	}
	return nil
}

// Find returns the socket with that id. It takes the lock.
func (s *Service) Find(id string) (*gateway.Socket, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if socket := s.here[id]; socket != nil {
		return socket, nil
	}
	return nil, fmt.Errorf("%.40q: %w", id, ErrNobody)
}
