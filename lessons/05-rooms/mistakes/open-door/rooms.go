//go:build mistake

// Takes a room for a door. The gateway delivers to a room whatever comes from outside, too.
//
// Rejected by TestOnlyWhoIsInARoomMaySpeakInIt: "got: nothing"
package rooms

import "wslab/server/gateway"

// JoinRoom puts a client into a room, and tells everyone in it who is there.
func (s *Service) JoinRoom(socket *gateway.Socket, room string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	socket.Join(room)
	s.rooms.Add(room, s.here[socket.ID()])
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
	said := message(socket, text)
	said.Room = room
	return Said.Emit(socket.To(room), said)
}

// Type tells the others in a room that one of them is writing.
func (s *Service) Type(socket *gateway.Socket, room string) error {
	if err := s.inside(socket, room); err != nil {
		return err
	}
	writer := Guest{ID: socket.ID(), Name: socket.User().Name}
	return Typing.Emit(socket.To(room).Except(socket), Writer{Room: room, Guest: writer})
}

// Whisper tells one other client what this one says, and this one too.
func (s *Service) Whisper(socket *gateway.Socket, to, text string) error {
	if err := s.connected(to); err != nil {
		return err
	}
	said := message(socket, text)
	said.To = to
	return Whispered.Emit(socket.Direct(to, socket.ID()), said)
}
