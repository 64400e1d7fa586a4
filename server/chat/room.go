package chat

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"

	"wslab/server/gateway"
)

// A Roster knows who is in the chat, on all servers that share it. For everybody who comes, and goes, each server is
// told once what they said of themselves last, or nil where they are lost without a word, with their server.
type Roster interface {
	// Enter fails where the others cannot be told in time. Then they are not told later.
	Enter(ctx context.Context, id string, says []byte) error
	// Leave says nil where somebody is on another server by now.
	Leave(ctx context.Context, id string, says []byte) error
}

// alone is the roster of a chat on one server.
type alone struct{ changed func(id string, says []byte) }

func (a alone) Enter(_ context.Context, id string, says []byte) error { return a.tell(id, says) }
func (a alone) Leave(_ context.Context, id string, says []byte) error { return a.tell(id, says) }

func (a alone) tell(id string, says []byte) error {
	a.changed(id, says)
	return nil
}

// How long the roster may take. While its servers choose another leader, which takes up to 9 s, people wait to come in.
const (
	enterTimeout = 15 * time.Second
	leaveTimeout = 5 * time.Second
)

// inside is the room of those who know who is here: only they hear who comes and goes.
const inside = "inside"

// A member is what somebody says of themselves in the roster. Since tells a socket from the one with the same id that
// it takes the place of, in ns since 1970; Left is a last word.
type member struct {
	Name  string   `json:"name"`
	Since int64    `json:"since"`
	Rooms []string `json:"rooms,omitempty"`
	Left  string   `json:"left,omitempty"`
}

// room is one server's part of the chat.
type room struct {
	audience func(rooms ...string) gateway.Audience
	roster   Roster

	mu      sync.Mutex // also the order in which people come and go, as all of them hear it
	members map[string]member
	seats   map[string]*seat    // of this server
	away    map[string]*absence // of those who have gone, for a while
}

func newRoom(everyone gateway.Emitter) *room {
	return &room{
		audience: everyone.(*gateway.Namespace).To,
		members:  make(map[string]member), seats: make(map[string]*seat), away: make(map[string]*absence),
	}
}

// enter seats somebody who has come. Who is back is known to all, and does not wait until they know where.
func (r *room) enter(ctx context.Context, socket *gateway.Socket) error {
	r.mu.Lock()
	was, back := r.members[socket.ID()]
	if gone := r.away[socket.ID()]; !back && gone != nil {
		was.Rooms = gone.rooms
	}
	me := member{Name: socket.User().Name, Since: max(time.Now().UnixNano(), was.Since+1), Rooms: was.Rooms} // another server's clock may be ahead
	at := r.sit(socket, me)
	r.mu.Unlock()
	if back {
		go func() {
			if err := r.tell(ctx, at, me); err != nil {
				socket.Disconnect(gateway.TryAgainLater)
			}
		}()
	} else if err := r.tell(ctx, at, me); err != nil {
		return err
	}
	return r.welcome(socket, me)
}

// tell tells all who has come. Who cannot be told of has no seat.
func (r *room) tell(ctx context.Context, at *seat, me member) error {
	defer close(at.entered)
	at.turn.Lock()
	defer at.turn.Unlock()
	if r.seat(at.socket) == nil {
		return gateway.Replaced
	}
	ctx, cancel := context.WithTimeoutCause(ctx, enterTimeout, gateway.TryAgainLater)
	defer cancel()
	err := r.roster.Enter(ctx, at.socket.ID(), me.says())
	if err == nil {
		return nil
	}
	r.stand(at.socket)
	return cmp.Or(context.Cause(ctx), err)
}

// welcome says who is here, and has a newcomer hear who comes and goes.
func (r *room) welcome(socket *gateway.Socket, me member) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	_, told := r.members[socket.ID()]
	here := func(name string) People {
		people := r.people(name)
		if !told { // the roster does so soon
			people = append(people, Person{ID: socket.ID(), Name: me.Name})
		}
		return people
	}
	if err := Here.Emit(socket, here("")); err != nil {
		return err
	}
	for _, name := range me.Rooms { // of one who is back, and catches up with what was said there
		socket.Join(roomOf(name))
		if err := Present.Emit(socket, Presence{Room: name, Here: here(name)}); err != nil {
			return err
		}
	}
	socket.Join(inside)
	return nil
}

func (r *room) leave(_ context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
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
	defer r.stand(socket)
	if r.elsewhere(at) {
		return r.roster.Leave(at.life, socket.ID(), nil)
	}
	r.mu.Lock()
	r.remember(socket.ID(), at.rooms) // the roster may not have told this server yet
	r.mu.Unlock()
	ctx, cancel := context.WithTimeout(at.life, leaveTimeout)
	defer cancel()
	err := r.roster.Leave(ctx, socket.ID(), member{Name: socket.User().Name, Since: at.since, Left: cmp.Or(why.Reason, "left")}.says())
	if at.life.Err() != nil { // who is back has not gone
		return nil
	}
	return err
}

// lost is the reason that others hear where a server is lost with its clients.
var lost = gateway.ConnectionLost.Reason

// changed is told by the roster who has come, and who has gone. Who has come back hears nothing of it, and no one
// else does.
func (r *room) changed(id string, says []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	was, here := r.members[id]
	now := member{Since: was.Since, Left: lost}
	if says != nil {
		now = member{}
		if json.Unmarshal(says, &now) != nil || now.Since < was.Since {
			return
		}
	}
	at := r.seats[id]
	if now.Left != "" {
		if here {
			r.gone(id, was, now.Left)
		}
		return
	}
	r.members[id] = now
	delete(r.away, id)
	if !here {
		_ = Joined.Emit(r.others(id), Person{ID: id, Name: now.Name})
	}
	switch {
	case at != nil && at.since >= now.Since:
		r.show(at)
		return
	case at != nil: // who has come back to another server
		at.socket.Disconnect(gateway.Replaced)
	}
	r.present(was.Rooms, now.Rooms)
}

// gone tells that somebody has left. The lock is held.
func (r *room) gone(id string, was member, reason string) {
	delete(r.members, id)
	if at := r.seats[id]; at != nil {
		was.Rooms, at.shown = at.shown, nil
	} else if r.away[id] == nil && len(was.Rooms) > 0 {
		r.remember(id, was.Rooms)
	}
	_ = Left.Emit(r.others(id), Departure{ID: id, Name: was.Name, Reason: reason}) // they always encode
	r.present(was.Rooms, nil)
}

// others are all inside on this server but the one with an id. The lock is held.
func (r *room) others(id string) gateway.Audience {
	others := r.audience(inside).Local()
	if at := r.seats[id]; at != nil {
		others = others.Except(at.socket)
	}
	return others
}

func (m member) says() []byte {
	raw, err := json.Marshal(m)
	if err != nil { // strings and a number always encode
		panic(err)
	}
	return raw
}

func (r *room) say(_ context.Context, socket *gateway.Socket, line Line) error {
	message, err := newMessage(socket, line)
	if err != nil {
		return err
	}
	message.To = ""
	to, err := r.audienceOf(socket, line.Room)
	if err != nil {
		return err
	}
	return Said.Emit(once(to, Said, socket, line), message)
}

// once has who says a line again heard no second time.
func once[T any](to gateway.Audience, event gateway.Event[T], socket *gateway.Socket, line Line) gateway.Audience {
	if line.Key == "" {
		return to
	}
	return to.Once(fmt.Sprint(socket.ID(), " ", event, " ", line.Key))
}

func (r *room) whisper(_ context.Context, socket *gateway.Socket, line Line) error {
	message, err := newMessage(socket, line)
	if err != nil {
		return err
	}
	message.Room = ""
	r.mu.Lock()
	_, here := r.members[line.To]
	r.mu.Unlock()
	if !here {
		return &gateway.Error{Code: "not_found", Message: fmt.Sprintf("nobody here has the id %.40q", line.To)}
	}
	both := socket.Direct(socket.ID(), line.To)
	return Whispered.Emit(once(both, Whispered, socket, line), message)
}

func (r *room) who(_ context.Context, socket *gateway.Socket, place Place) (People, error) {
	if _, err := r.audienceOf(socket, place.Room); err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.people(place.Room), nil
}

// people lists who is in a room, or in the chat. The lock is held.
func (r *room) people(name string) People {
	people := make(People, 0, len(r.members))
	for id, m := range r.members {
		if at := r.seats[id]; at != nil && at.since >= m.Since { // which knows it first
			m.Rooms = at.rooms
		}
		if name == "" || slices.Contains(m.Rooms, name) {
			people = append(people, Person{ID: id, Name: m.Name})
		}
	}
	if name != "" {
		slices.SortFunc(people, func(a, b Person) int { return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	}
	return people
}
