package acks

import "wslab/server/gateway"

// JoinRoom puts a client into a room, and tells everyone in it who is there.
func (s *Service) JoinRoom(socket *gateway.Socket, room string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	socket.Join(room)
	s.rooms.Add(room, guestOf(socket))
	return s.tell(socket, room)
}

// LeaveRoom takes a client out of a room, and tells everyone in it, the one who leaves included.
func (s *Service) LeaveRoom(socket *gateway.Socket, room string) error {
	if err := s.inside(socket, room); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rooms.Remove(room, socket.ID())
	defer socket.Leave(room)
	return s.tell(socket, room)
}

// SayIn tells everyone in a room what one of them says.
func (s *Service) SayIn(socket *gateway.Socket, room, text string) error {
	if err := s.inside(socket, room); err != nil {
		return err
	}
	said := message(socket, text)
	said.Room = room
	return Said.Emit(socket.To(room), said)
}

// Type tells the others in a room that one of them is writing.
func (s *Service) Type(socket *gateway.Socket, room string) error {
	if err := s.inside(socket, room); err != nil {
		return err
	}
	return Typing.Emit(socket.To(room).Except(socket), Writer{Room: room, Guest: guestOf(socket)})
}

// Who lists who is in a room, for one of them.
func (s *Service) Who(socket *gateway.Socket, room string) (Presence, error) {
	if err := s.inside(socket, room); err != nil {
		return Presence{}, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return Presence{Room: room, Here: s.rooms.List(room)}, nil
}

// Post tells everyone what a client says.
func (s *Service) Post(socket *gateway.Socket, text string) error {
	return Said.Emit(s.everyone, message(socket, text))
}
