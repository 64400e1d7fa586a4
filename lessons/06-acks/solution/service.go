package acks

import (
	"context"
	"errors"
	"log/slog"
	"sync"

	"wslab/server/gateway"
)

// Service keeps who is connected and in which room, and tells them what is new.
type Service struct {
	everyone gateway.Emitter

	mu    sync.Mutex
	here  map[string]*gateway.Socket // by id
	rooms Members
}

// NewService returns a service that speaks to everyone.
func NewService(everyone gateway.Emitter) *Service {
	return &Service{everyone: everyone, here: make(map[string]*gateway.Socket), rooms: make(Members)}
}

// Enter keeps a client that has connected, and greets it.
func (s *Service) Enter(ctx context.Context, socket *gateway.Socket) error {
	guest := guestOf(socket)
	slog.InfoContext(ctx, "client connected", "id", guest.ID, "name", guest.Name)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.here[guest.ID] = socket
	here := make([]Guest, 0, len(s.here))
	for _, one := range s.here {
		here = append(here, guestOf(one))
	}
	return errors.Join(Joined.Emit(socket.Broadcast(), guest), Welcome.Emit(socket, Greeting{Guest: guest, Here: here}))
}

// Leave forgets a client that has disconnected, and tells the others.
func (s *Service) Leave(ctx context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
	slog.InfoContext(ctx, "client disconnected", "id", socket.ID(), "code", why.Code, "reason", why.Reason)
	err := s.leaveRooms(socket)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.here, socket.ID())
	return errors.Join(err, Left.Emit(s.everyone, Departure{Guest: guestOf(socket), Code: why.Code, Reason: why.Reason}))
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
