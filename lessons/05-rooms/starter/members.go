package rooms

import (
	"cmp"
	"maps"
	"slices"

	"wslab/server/gateway"
)

// Members are who is in which room: by the room's name, then by the socket's id.
type Members map[string]map[string]Guest

// Add puts a guest into a room. Whoever is in it already stays.
func (m Members) Add(room string, guest Guest) {
	if m[room] == nil {
		m[room] = make(map[string]Guest)
	}
	m[room][guest.ID] = guest
}

// Remove takes the socket with that id out of a room.
func (m Members) Remove(room, id string) {
	delete(m[room], id)
	if len(m[room]) == 0 {
		delete(m, room)
	}
}

// List returns who is in a room, in the order of their names.
func (m Members) List(room string) []Guest {
	byName := func(a, b Guest) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) }
	list := slices.AppendSeq([]Guest{}, maps.Values(m[room]))
	slices.SortFunc(list, byName)
	return list
}

// Of returns the rooms that the socket with that id is in, in the order of their names.
func (m Members) Of(id string) (rooms []string) {
	for room, members := range m {
		if _, in := members[id]; in {
			rooms = append(rooms, room)
		}
	}
	slices.Sort(rooms)
	return rooms
}

// tell tells everyone in a room who is in it. The lock is held.
func (s *Service) tell(socket *gateway.Socket, room string) error {
	return Here.Emit(socket.To(room), Presence{Room: room, Here: s.rooms.List(room)})
}
