package chat

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wslab/server/gateway"
)

// The events of rooms. Whoever is in one hears what is said in it, and who is there whenever that changes.
const (
	Join    gateway.Event[Place]    = "join"     // from a client
	Leave   gateway.Event[Place]    = "leave"    // from a client
	Present gateway.Event[Presence] = "presence" // to all in a room, the one who leaves included
)

// MaxRoom is the longest name of a room, in characters, and MaxRooms how many somebody can be in.
const (
	MaxRoom  = 40
	MaxRooms = 20
)

type (
	// Place is a room. It needs no making: it is there while somebody is in it. To ask who is here, "" means
	// everywhere.
	Place struct {
		Room string `json:"room"`
	}
	// Presence says who is in a room now.
	Presence struct {
		Room string `json:"room"`
		Here People `json:"here"`
	}
)

// roomOf is the gateway's room of that name. Those of people have a mark, so that none is [inside].
func roomOf(name string) string { return "#" + name }

// join puts somebody into a room.
func (r *room) join(_ context.Context, socket *gateway.Socket, place Place) error {
	name := strings.TrimSpace(place.Room)
	if n := utf8.RuneCountInString(name); n < 1 || n > MaxRoom {
		return &gateway.Error{Code: "bad_room", Message: fmt.Sprintf("a room's name has 1 to %d characters, this one has %d", MaxRoom, n)}
	}
	return r.move(socket, func(rooms []string) ([]string, error) {
		if slices.Contains(rooms, name) {
			return rooms, nil
		}
		if len(rooms) == MaxRooms {
			return nil, &gateway.Error{Code: "too_many_rooms", Message: fmt.Sprintf("you are in %d rooms, which is the most: leave one first", MaxRooms)}
		}
		socket.Join(roomOf(name)) // before the others hear of it, and with them the one who joins
		return append(slices.Clip(rooms), name), nil
	})
}

// depart takes somebody out of a room, who hears of it like the others.
func (r *room) depart(_ context.Context, socket *gateway.Socket, place Place) error {
	defer socket.Leave(roomOf(place.Room))
	return r.move(socket, func(rooms []string) ([]string, error) {
		if !slices.Contains(rooms, place.Room) {
			return nil, outside(place.Room)
		}
		return slices.DeleteFunc(slices.Clone(rooms), func(name string) bool { return name == place.Room }), nil
	})
}

// move changes the rooms of somebody, and tells all servers. It ends what it has begun also where the client leaves
// meanwhile, who is to have left in its own words.
func (r *room) move(socket *gateway.Socket, change func(rooms []string) ([]string, error)) error {
	at := r.seat(socket)
	if at == nil {
		return nil
	}
	<-at.entered // it ends with the socket
	at.turn.Lock()
	defer at.turn.Unlock()
	if r.seat(socket) == nil {
		return nil
	}
	rooms, err := change(at.rooms)
	if err != nil || slices.Equal(rooms, at.rooms) {
		return err
	}
	ctx, cancel := context.WithTimeout(at.life, leaveTimeout)
	defer cancel()
	if err := r.roster.Enter(ctx, socket.ID(), member{Name: socket.User().Name, Since: at.since, Rooms: rooms}.says()); err != nil {
		socket.Disconnect(gateway.TryAgainLater) // who cannot be told of is in no roster any more, and comes back into it
		return nil
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	at.rooms = rooms
	r.show(at)
	return nil
}

// show tells the people of this server of the rooms of somebody who sits here and whom they know of. The roster may say
// so later, or pass over what has changed twice. The lock is held.
func (r *room) show(at *seat) {
	if _, known := r.members[at.socket.ID()]; known {
		before := at.shown
		at.shown = at.rooms
		r.present(before, at.shown)
	}
}

// audienceOf returns who hears what somebody says in a room, or everywhere. Only who is in a room speaks in it.
func (r *room) audienceOf(socket *gateway.Socket, name string) (gateway.Audience, error) {
	if name == "" {
		return r.audience(), nil
	}
	at := r.seat(socket)
	r.mu.Lock()
	defer r.mu.Unlock()
	if at == nil || !slices.Contains(at.rooms, name) {
		return gateway.Audience{}, outside(name)
	}
	return r.audience(roomOf(name)), nil
}

func outside(name string) error {
	return &gateway.Error{Code: "not_in_room", Message: fmt.Sprintf("you are not in the room %.40q: join it first", name)}
}

// present tells the people of this server who are in rooms in which one of two lists differs from the other. The lock
// is held.
func (r *room) present(before, after []string) {
	for _, name := range slices.Concat(before, after) {
		if slices.Contains(before, name) != slices.Contains(after, name) {
			_ = Present.Emit(r.audience(roomOf(name)).Local(), Presence{Room: name, Here: r.people(name)}) // it always encodes
		}
	}
}

// away is how long the rooms of somebody are remembered who has gone, and may come back as the same.
const away = 2 * time.Minute

// An absence is of somebody who has gone, and says in which rooms they were.
type absence struct{ rooms []string }

// remember keeps the rooms of somebody who has gone. The lock is held.
func (r *room) remember(id string, rooms []string) {
	this := &absence{rooms}
	r.away[id] = this
	time.AfterFunc(away, func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		if r.away[id] == this { // and not a later one
			delete(r.away, id)
		}
	})
}
