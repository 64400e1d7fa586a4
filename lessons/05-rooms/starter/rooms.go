package rooms

import "wslab/server/gateway"

// JoinRoom puts a client into a room, and tells everyone in it who is there.
func (s *Service) JoinRoom(socket *gateway.Socket, room string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	// TODO 1: let the socket join the room, add its guest to s.rooms, and tell the room.
	return nil
}

// LeaveRoom takes a client out of a room, and tells everyone in it, the one who leaves included.
func (s *Service) LeaveRoom(socket *gateway.Socket, room string) error {
	// TODO 2: refuse a client that is not inside. Then take the lock, remove its guest from s.rooms,
	// tell the room, and only then let the socket leave: it hears that it is out.
	return nil
}

// SayIn tells everyone in a room what one of them says.
func (s *Service) SayIn(socket *gateway.Socket, room, text string) error {
	// TODO 3: refuse a client that is not inside. Emit Said to the room, a message that names it.
	return nil
}

// Type tells the others in a room that one of them is writing.
func (s *Service) Type(socket *gateway.Socket, room string) error {
	// TODO 4: refuse a client that is not inside. Emit Typing to the room except the socket.
	return nil
}

// Whisper tells one other client what this one says, and this one too.
func (s *Service) Whisper(socket *gateway.Socket, to, text string) error {
	// TODO 5: refuse an id that is not connected. Emit Whispered to the two, a message that names to.
	return nil
}
