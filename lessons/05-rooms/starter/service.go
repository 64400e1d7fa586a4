package rooms

import (
	"context"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"wslab/server/gateway"
)

// Service keeps who is connected and in which room, and tells them what is new.
type Service struct {
	everyone gateway.Emitter

	mu    sync.Mutex
	here  map[string]Guest // by socket id
	rooms Members
}

// NewService returns a service that speaks to everyone.
func NewService(everyone gateway.Emitter) *Service {
	return &Service{everyone: everyone, here: make(map[string]Guest), rooms: make(Members)}
}

// Enter keeps a client that has connected, and greets it.
func (s *Service) Enter(ctx context.Context, socket *gateway.Socket) error {
	guest := Guest{ID: socket.ID(), Name: socket.User().Name}
	slog.InfoContext(ctx, "client connected", "id", guest.ID, "name", guest.Name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.here[guest.ID] = guest
	here := slices.Collect(maps.Values(s.here))
	return errors.Join(Joined.Emit(socket.Broadcast(), guest), Welcome.Emit(socket, Greeting{Guest: guest, Here: here}))
}

// Leave forgets a client that has disconnected, and tells the others.
func (s *Service) Leave(ctx context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
	slog.InfoContext(ctx, "client disconnected", "id", socket.ID(), "code", why.Code, "reason", why.Reason)
	err := s.leaveRooms(socket)
	s.mu.Lock()
	defer s.mu.Unlock()
	guest := s.here[socket.ID()]
	delete(s.here, guest.ID)
	return errors.Join(err, Left.Emit(s.everyone, Departure{Guest: guest, Code: why.Code, Reason: why.Reason}))
}

// leaveRooms takes a client out of all the rooms that it is in.
func (s *Service) leaveRooms(socket *gateway.Socket) (err error) {
	s.mu.Lock()
	rooms := s.rooms.Of(socket.ID())
	s.mu.Unlock()
	for _, room := range rooms {
		err = errors.Join(err, s.LeaveRoom(socket, room))
	}
	return err
}
