// Package chat is the finished chat of the course: everyone hears what is said, or who is in a room, two can whisper,
// and all know who is here.
package chat

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"wslab/server/gateway"
)

// The events of the chat. Say and Whisper come from a client, which hears Said and Whispered.
const (
	Say       gateway.Event[Line]            = "message"
	Said      gateway.Event[Message]         = "message"
	Whisper   gateway.Event[Line]            = "private"
	Whispered gateway.Event[Message]         = "private"
	Who       gateway.Request[Place, People] = "who"
	Here      gateway.Event[People]          = "who" // to a newcomer
	Joined    gateway.Event[Person]          = "joined"
	Left      gateway.Event[Departure]       = "left"
)

// Token is the one that the course module's client presents.
const Token = "ABC-123"

// The longest name and text, in characters, and the longest key, in bytes.
const (
	MaxName = 40
	MaxText = 2000
	MaxKey  = 100
)

type (
	// Line is what a client says, to everyone or to a Room; To is the id of the socket it whispers to. A plain JSON
	// string is a Line too. A client that says it again with the same Key, because it has lost the connection before
	// the answer, is heard once, where several servers share the chat.
	Line struct {
		Room string `json:"room,omitempty"`
		To   string `json:"to,omitempty"`
		Text string `json:"text"`
		Key  string `json:"key,omitempty"`
	}
	// Message is what is heard: the sender's socket id and name, and when it was said. Room is set where it was said
	// in one, To in a whisper, and Key where the sender chose one.
	Message struct {
		ID   string    `json:"id"`
		From string    `json:"from"`
		Room string    `json:"room,omitempty"`
		To   string    `json:"to,omitempty"`
		Text string    `json:"text"`
		At   time.Time `json:"at"`
		Key  string    `json:"key,omitempty"`
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

// New returns the gateway of a chat on one server.
func New(everyone gateway.Emitter) gateway.Gateway {
	return Shared(func(changed func(string, []byte)) Roster { return alone{changed} })(everyone)
}

// Shared returns how to make the gateway of a chat on several servers, whose roster open returns. Changed is told
// what [Roster] says.
func Shared(open func(changed func(id string, says []byte)) Roster) func(everyone gateway.Emitter) gateway.Gateway {
	return func(everyone gateway.Emitter) gateway.Gateway {
		room := newRoom(everyone)
		room.roster = open(room.changed)
		return gateway.Gateway{
			Authenticate: Authenticate,
			OnConnect:    room.enter,
			OnDisconnect: room.leave,
			Events: gateway.Events{
				Say.On(room.say),
				Whisper.On(room.whisper),
				Who.Handle(room.who),
				Join.On(room.join),
				Leave.On(room.depart),
			},
		}
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

func newMessage(socket *gateway.Socket, line Line) (Message, error) {
	if n := utf8.RuneCountInString(line.Text); n < 1 || n > MaxText {
		return Message{}, &gateway.Error{Code: "bad_text", Message: fmt.Sprintf("a text has 1 to %d characters, this one has %d", MaxText, n)}
	}
	if len(line.Key) > MaxKey { // servers remember it
		return Message{}, &gateway.Error{Code: "bad_key", Message: fmt.Sprintf("a key has at most %d bytes, this one has %d", MaxKey, len(line.Key))}
	}
	return Message{ID: socket.ID(), From: socket.User().Name, Room: line.Room, To: line.To, Text: line.Text, At: time.Now().UTC(), Key: line.Key}, nil
}
