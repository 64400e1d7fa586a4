package gateway

import "slices"

// Audience is an immutable selection of sockets of one namespace.
type Audience struct {
	ns     *Namespace
	rooms  []string // empty selects everyone
	except []*Socket
}

// To selects the sockets in at least one of the rooms, those of an earlier To included. Without any
// room the audience is everyone.
func (a Audience) To(rooms ...string) Audience {
	a.rooms = append(slices.Clip(a.rooms), rooms...)
	return a
}

// Except leaves sockets out.
func (a Audience) Except(sockets ...*Socket) Audience {
	a.except = append(slices.Clip(a.except), sockets...)
	return a
}

// Emit sends an event to every socket of the audience. The event is encoded once for each wire
// format, and every socket hears the namespace's events in the same order.
func (a Audience) Emit(event string, data any) error {
	p, err := newPacket(KindEvent, event, data)
	if err != nil {
		return err
	}
	a.ns.mu.Lock()
	defer a.ns.mu.Unlock()
	for s := range a.ns.sockets {
		if a.selects(s) {
			_ = s.send(p) // a slow socket ends itself
		}
	}
	return nil
}

func (a Audience) selects(s *Socket) bool {
	if slices.Contains(a.except, s) {
		return false
	}
	return len(a.rooms) == 0 || slices.ContainsFunc(a.rooms, func(room string) bool {
		_, in := s.rooms[room]
		return in
	})
}
