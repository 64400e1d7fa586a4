package gateway

import (
	"context"
	"slices"
	"sync"
)

// A Relay makes one namespace of those of several servers: what one emits to an audience, the sockets of all
// hear, in one order. See [Namespace.Share].
type Relay interface {
	// Relay takes a broadcast and does not wait. It comes back to [Namespace.Deliver] of every server, this one
	// included. An error, an [*Error], says that too much waits already.
	Relay(b *Broadcast) error
	// Relayed counts what this server has relayed.
	Relayed() uint64
	// Returned waits until all that this server has relayed by now is stored and has come back, unless that is no more
	// than Relayed said before a client asked. Its error, an [*Error], refuses what the client asked.
	Returned(ctx context.Context, before uint64) error
	// Since returns what was delivered after an offset, oldest first, or false where that is no longer known.
	Since(offset uint64) ([]*Broadcast, bool)
	// Issue returns the secret with which the client of socket id can resume it, on any server.
	Issue(id string, user User) (pid string)
	// Resume checks a secret. After is the offset of what its client has heard last.
	Resume(ctx context.Context, pid, offset string, user User) (id string, after uint64, ok bool)
}

// Broadcast is an event on its way to the sockets of several servers.
type Broadcast struct {
	Event   string   `json:"event"`
	Payload Payload  `json:"payload"`
	Rooms   []string `json:"rooms,omitempty"` // with none, and no IDs, it is for everyone
	IDs     []string `json:"ids,omitempty"`   // of sockets
	Except  []string `json:"except,omitempty"`
	Key     string   `json:"key,omitempty"` // see [Audience.Once]
	Offset  uint64   `json:"-"`             // its place in the order of all, above 0; the relay sets it

	once sync.Once
	made *Packet
}

// packet is what sockets are sent, those that hear it at once and those that come back.
func (b *Broadcast) packet() *Packet {
	b.once.Do(func() { b.made = &Packet{Kind: KindEvent, Event: b.Event, Payload: b.Payload, Offset: b.Offset} })
	return b.made
}

// resumption is how a client comes back whose connection was lost.
type resumption struct {
	id, pid string
	after   uint64 // the offset of what it has heard last
}

// Share has the namespace emit through a relay. It is called before the first socket is served.
func (n *Namespace) Share(relay Relay) { n.relay = relay }

// Deliver sends a broadcast that has come back to the sockets of this server. Calls are made one after the
// other, in the order of offsets; b is not changed afterwards.
func (n *Namespace) Deliver(b *Broadcast) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.awaitRoom()
	to := Audience{ns: n, rooms: b.Rooms, ids: b.IDs}.sockets()
	if len(n.behind) > 0 {
		to = n.upToDate(to, b.Offset)
	}
	if len(to) > 0 {
		n.post(delivery{packet: b.packet(), to: to, except: n.known(b.Except)})
	}
}

// upToDate leaves out who hears it from [Namespace.catchUp], or has heard it already. The lock is held.
func (n *Namespace) upToDate(sockets []*Socket, offset uint64) []*Socket {
	var rest []*Socket
	for _, s := range sockets {
		heard, behind := n.behind[s]
		if behind && heard >= offset {
			continue
		}
		delete(n.behind, s)
		rest = append(rest, s)
	}
	return rest
}

// known returns the sockets of this server that have these ids. The lock is held.
func (n *Namespace) known(ids []string) (sockets []*Socket) {
	for _, id := range ids {
		if s := n.byID[id]; s != nil {
			sockets = append(sockets, s)
		}
	}
	return sockets
}

// resume finds out whether a client that has authenticated comes back. Where that takes too long the client keeps its
// secret, and is told to come again.
func (n *Namespace) resume(ctx context.Context, h Handshake, user *User) error {
	pid, offset := h.resumes()
	if n.relay == nil || pid == "" {
		return nil
	}
	id, after, ok := n.relay.Resume(ctx, pid, offset, *user)
	if ok {
		user.resumes = &resumption{id, pid, after}
	} else if ctx.Err() != nil {
		return AsDisconnect(context.Cause(ctx))
	}
	return nil
}

// opened is what a client is told when its socket opens.
func (n *Namespace) opened(s *Socket, r *resumption) Opened {
	switch {
	case n.relay == nil:
		return Opened{ID: s.id}
	case r == nil:
		return Opened{ID: s.id, PID: n.relay.Issue(s.id, s.user)}
	}
	return Opened{ID: s.id, PID: r.pid, Recovered: true}
}

// never is an offset that nothing reaches.
const never = ^uint64(0)

// catchUp sends a socket that has come back what it missed, and from then on what the others hear. It is
// called after OnConnect, since that knows the socket's rooms.
func (n *Namespace) catchUp(s *Socket, r *resumption) {
	n.mu.Lock()
	defer n.mu.Unlock()
	missed, known := n.relay.Since(r.after)
	if !known { // it was, before OnConnect
		s.end(TryAgainLater)
		return
	}
	n.behind[s] = r.after
	if len(missed) > 0 {
		n.behind[s] = missed[len(missed)-1].Offset
	}
	s.outbox.known.Store(n.behind[s]) // however much it is, no client is too slow for it
	to := []*Socket{s}
	for _, b := range missed {
		if b.reaches(s) {
			n.post(delivery{packet: b.packet(), to: to})
		}
	}
}

// reaches reports whether a broadcast is for s. The lock is held.
func (b *Broadcast) reaches(s *Socket) bool {
	switch {
	case slices.Contains(b.Except, s.id):
		return false
	case slices.Contains(b.IDs, s.id), len(b.IDs)+len(b.Rooms) == 0:
		return true
	}
	for _, room := range b.Rooms {
		if _, in := s.rooms[room]; in {
			return true
		}
	}
	return false
}
