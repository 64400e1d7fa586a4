package chat

import (
	"context"
	"sync"

	"wslab/server/gateway"
)

// A seat is where somebody sits who came to this server, until all have been told that they have gone or somebody takes
// it who came back as the same.
type seat struct {
	socket  *gateway.Socket
	since   int64
	entered chan struct{}   // closed when the roster has been told, or cannot be
	life    context.Context // ends when somebody else takes the seat
	end     context.CancelFunc

	turn  *sync.Mutex // held by who tells the roster of the one with this id: else what is older might be told last
	rooms []string    // guarded by the room's lock, as is
	shown []string    // those that the people of this server have heard of
}

// sit gives somebody a seat. The lock is held.
func (r *room) sit(socket *gateway.Socket, me member) *seat {
	at := &seat{socket: socket, since: me.Since, entered: make(chan struct{}), turn: new(sync.Mutex), rooms: me.Rooms}
	at.shown = r.members[socket.ID()].Rooms
	at.life, at.end = context.WithCancel(context.Background())
	if before := r.seats[socket.ID()]; before != nil {
		before.end()
		at.turn = before.turn
	}
	r.seats[socket.ID()] = at
	return at
}

// seat returns where a socket sits, or nil where it does no more: somebody has its id who came back, or it never came.
func (r *room) seat(socket *gateway.Socket) *seat {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at := r.seats[socket.ID()]; at != nil && at.socket == socket {
		return at
	}
	return nil
}

// stand has a socket leave its seat, if it has one.
func (r *room) stand(socket *gateway.Socket) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if at := r.seats[socket.ID()]; at != nil && at.socket == socket {
		at.end()
		delete(r.seats, socket.ID())
	}
}

// elsewhere tells whether who sat there is on another server by now.
func (r *room) elsewhere(at *seat) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.members[at.socket.ID()].Since > at.since
}
