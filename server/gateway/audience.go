package gateway

import "slices"

// Audience is an immutable selection of sockets of one namespace.
type Audience struct {
	ns     *Namespace
	rooms  []string // with no ids either, everyone
	ids    []string
	except []*Socket
	local  bool
	key    string
}

// To selects the sockets in at least one of the rooms, those of an earlier To included. Without any
// room the audience is everyone.
func (a Audience) To(rooms ...string) Audience {
	a.rooms = append(slices.Clip(a.rooms), rooms...)
	return a
}

// Sockets selects, beside those in the rooms, the sockets with these ids.
func (a Audience) Sockets(ids ...string) Audience {
	a.ids = append(slices.Clip(a.ids), ids...)
	return a
}

// Local selects only those of the audience that are connected to this server.
func (a Audience) Local() Audience {
	a.local = true
	return a
}

// Once has what is emitted again with the same key heard no second time, within minutes: who asks again because
// a server was lost with its answer does no harm. A namespace that shares nothing keeps no keys.
func (a Audience) Once(key string) Audience {
	a.key = key
	return a
}

// Except leaves sockets out.
func (a Audience) Except(sockets ...*Socket) Audience {
	a.except = append(slices.Clip(a.except), sockets...)
	return a
}

// Emit sends an event to every socket that is in the audience now. The event is encoded once for each
// wire format, and every socket hears the namespace's events in the same order.
func (a Audience) Emit(event string, data any) error {
	p, err := newPacket(KindEvent, event, data)
	if err != nil {
		return err
	}
	if !a.local && a.ns.relay != nil {
		return a.ns.relay.Relay(a.broadcast(p))
	}
	a.ns.mu.Lock()
	defer a.ns.mu.Unlock()
	a.ns.awaitRoom()
	if to := a.sockets(); len(to) > 0 {
		a.ns.post(delivery{packet: p, to: to, except: a.except})
	}
	return nil
}

func (a Audience) broadcast(p *Packet) *Broadcast {
	b := &Broadcast{Event: p.Event, Payload: p.Payload, Rooms: a.rooms, IDs: a.ids, Key: a.key}
	for _, s := range a.except {
		b.Except = append(b.Except, s.id)
	}
	return b
}

// sockets lists who is in the audience, those left out included. The namespace's lock is held.
func (a Audience) sockets() []*Socket {
	switch {
	case len(a.rooms)+len(a.ids) == 0:
		return a.ns.sockets.list()
	case len(a.rooms) == 1 && len(a.ids) == 0:
		return a.ns.rooms[a.rooms[0]].list()
	}
	var several group
	for _, s := range a.ns.known(a.ids) {
		several.add(s)
	}
	for _, room := range a.rooms {
		for _, s := range a.ns.rooms[room].list() {
			several.add(s)
		}
	}
	return several.list()
}

// A group is a set of sockets. A nil *group is empty.
type group struct {
	members map[*Socket]struct{}
	listed  []*Socket // never changed, since deliveries share it; nil when it is stale
}

func (g *group) add(s *Socket) {
	if g.members == nil {
		g.members = make(map[*Socket]struct{})
	}
	g.members[s] = struct{}{}
	g.listed = nil
}

func (g *group) remove(s *Socket) {
	delete(g.members, s)
	g.listed = nil
}

func (g *group) list() []*Socket {
	if g == nil {
		return nil
	}
	if g.listed == nil {
		g.listed = make([]*Socket, 0, len(g.members))
		for s := range g.members {
			g.listed = append(g.listed, s)
		}
	}
	return g.listed
}
