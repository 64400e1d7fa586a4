//go:build mistake

// Tells the others and leaves out the sender, who never sees its own words in their place among
// those of the others.
//
// Rejected by TestTheSenderHearsItToo: "got: nothing"
package messages

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"wslab/server/gateway"
)

// Service keeps who is connected, and tells them what is new.
type Service struct {
	everyone gateway.Emitter

	mu      sync.Mutex
	here    map[string]Guest // by socket id
	sockets map[string]*gateway.Socket
}

// NewService returns a service that speaks to everyone.
func NewService(everyone gateway.Emitter) *Service {
	return &Service{everyone: everyone, here: make(map[string]Guest)}
}

// Enter keeps a client that has connected, and greets it.
func (s *Service) Enter(ctx context.Context, socket *gateway.Socket) error {
	guest := Guest{ID: socket.ID(), Name: socket.User().Name}
	slog.InfoContext(ctx, "client connected", "id", guest.ID, "name", guest.Name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.here[guest.ID] = guest
	if s.sockets == nil {
		s.sockets = make(map[string]*gateway.Socket)
	}
	s.sockets[guest.ID] = socket
	if err := Joined.Emit(socket.Broadcast(), guest); err != nil {
		return err
	}
	here := slices.Collect(maps.Values(s.here))
	return Welcome.Emit(socket, Greeting{Guest: guest, Here: here})
}

// Leave forgets a client that has disconnected, and tells the others.
func (s *Service) Leave(ctx context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
	slog.InfoContext(ctx, "client disconnected", "id", socket.ID(), "code", why.Code, "reason", why.Reason)
	s.mu.Lock()
	defer s.mu.Unlock()
	guest := s.here[socket.ID()]
	delete(s.here, guest.ID)
	delete(s.sockets, guest.ID)
	return Left.Emit(s.everyone, Departure{Guest: guest, Code: why.Code, Reason: why.Reason})
}

// Post sends text to everyone, in the name of the socket with that id.
func (s *Service) Post(id, text string) error {
	s.mu.Lock()
	from := s.here[id]
	socket := s.sockets[id]
	s.mu.Unlock()
	message := Message{ID: id, From: from.Name, Text: text, At: time.Now()}
	return Said.Emit(socket.Broadcast(), message)
}
