// Package chat is the finished chat of the course: everyone hears what is said, two can whisper, and
// all know who is here.
package chat

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"
	"unicode/utf8"

	"wslab/server/gateway"
)

// The events of the chat. Say and Whisper come from a client, which hears Said and Whispered.
const (
	Say       gateway.Event[Line]               = "message"
	Said      gateway.Event[Message]            = "message"
	Whisper   gateway.Event[Line]               = "private"
	Whispered gateway.Event[Message]            = "private"
	Who       gateway.Request[struct{}, People] = "who"
	Here      gateway.Event[People]             = "who" // to a newcomer
	Joined    gateway.Event[Person]             = "joined"
	Left      gateway.Event[Departure]          = "left"
)

// Token is the one that the course module's client presents.
const Token = "ABC-123"

// The longest name and text, in characters.
const (
	MaxName = 40
	MaxText = 2000
)

type (
	// Line is what a client says; To is the id of the socket it whispers to. A plain JSON string is
	// a Line too.
	Line struct {
		To   string `json:"to,omitempty"`
		Text string `json:"text"`
	}
	// Message is what is heard: the sender's socket id and name, and when it was said. To is set in
	// a whisper.
	Message struct {
		ID   string    `json:"id"`
		From string    `json:"from"`
		To   string    `json:"to,omitempty"`
		Text string    `json:"text"`
		At   time.Time `json:"at"`
	}
	// Person is one socket and the name of who speaks through it.
	Person struct {
		ID   string `json:"id"`
		Name string `json:"name"`
	}
	// People are all who are here, the one who asks included.
	People []Person
	// Departure says who left, and why.
	Departure struct {
		ID     string `json:"id"`
		Name   string `json:"name"`
		Reason string `json:"reason"`
	}
)

// UnmarshalJSON reads {"text": …} or a string.
func (l *Line) UnmarshalJSON(data []byte) error {
	if len(data) > 0 && data[0] == '"' {
		return json.Unmarshal(data, &l.Text)
	}
	type object Line // without this method
	return json.Unmarshal(data, (*object)(l))
}

// New returns the gateway of a chat.
func New(everyone gateway.Emitter) gateway.Gateway {
	room := &room{everyone: everyone, sockets: make(map[string]*gateway.Socket)}
	return gateway.Gateway{
		Authenticate: Authenticate,
		OnConnect:    room.enter,
		OnDisconnect: room.leave,
		Events: gateway.Events{
			Say.On(room.say),
			Whisper.On(room.whisper),
			Who.Handle(room.who),
		},
	}
}

// Authenticate accepts the module's token with any name of 1 to MaxName characters.
func Authenticate(_ context.Context, h gateway.Handshake) (gateway.User, error) {
	name := strings.TrimSpace(h.Name())
	known := subtle.ConstantTimeCompare([]byte(h.Token()), []byte(Token)) == 1
	if !known || name == "" || utf8.RuneCountInString(name) > MaxName {
		return gateway.User{}, gateway.Unauthorized
	}
	return gateway.User{Name: name}, nil
}

// inside is the room of those who know who is here: only they hear who comes and goes.
const inside = "inside"

// room keeps who is here.
type room struct {
	everyone gateway.Emitter

	mu      sync.Mutex // also the order in which people come and go, as all of them hear it
	sockets map[string]*gateway.Socket
}

func (r *room) enter(_ context.Context, socket *gateway.Socket) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.sockets[socket.ID()] = socket
	if err := Here.Emit(socket, r.people()); err != nil {
		return err
	}
	socket.Join(inside)
	return Joined.Emit(socket.To(inside).Except(socket), person(socket))
}

func (r *room) leave(_ context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	delete(r.sockets, socket.ID())
	return Left.Emit(socket.To(inside), Departure{ID: socket.ID(), Name: socket.User().Name, Reason: why.Reason})
}

func (r *room) say(_ context.Context, socket *gateway.Socket, line Line) error {
	message, err := newMessage(socket, line)
	if err != nil {
		return err
	}
	message.To = ""
	return Said.Emit(r.everyone, message)
}

func (r *room) whisper(_ context.Context, socket *gateway.Socket, line Line) error {
	message, err := newMessage(socket, line)
	if err != nil {
		return err
	}
	r.mu.Lock()
	to, here := r.sockets[line.To]
	r.mu.Unlock()
	if !here {
		return &gateway.Error{Code: "not_found", Message: fmt.Sprintf("nobody here has the id %.40q", line.To)}
	}
	if err := Whispered.Emit(socket, message); err != nil || to == socket {
		return err
	}
	_ = Whispered.Emit(to, message) // who has just left hears nothing
	return nil
}

func (r *room) who(context.Context, *gateway.Socket, struct{}) (People, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.people(), nil
}

// people lists who is here. The lock is held.
func (r *room) people() People {
	people := make(People, 0, len(r.sockets))
	for _, socket := range r.sockets {
		people = append(people, person(socket))
	}
	return people
}

func person(socket *gateway.Socket) Person {
	return Person{ID: socket.ID(), Name: socket.User().Name}
}

func newMessage(socket *gateway.Socket, line Line) (Message, error) {
	if n := utf8.RuneCountInString(line.Text); n < 1 || n > MaxText {
		return Message{}, &gateway.Error{Code: "bad_text", Message: fmt.Sprintf("a text has 1 to %d characters, this one has %d", MaxText, n)}
	}
	return Message{ID: socket.ID(), From: socket.User().Name, To: line.To, Text: line.Text, At: time.Now().UTC()}, nil
}
