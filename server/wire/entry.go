package wire

import "time"

// Kind says what an [Entry] tells.
type Kind string

// The kinds of entries, in the order in which a connection may have them.
const (
	Request Kind = "request" // the client asks for a WebSocket, or sends another HTTP request
	Answer  Kind = "answer"  // what the server answers
	Framed  Kind = "frame"
	Packet  Kind = "packet" // of Engine.IO, in the body of a request or an answer; Frame holds it, without a header
	Fault   Kind = "fault"  // somebody made the connection worse, by hand
	End     Kind = "end"    // of the network connection; Up tells who ended it
)

// An Entry is one thing that happened on a connection, as the server saw it.
type Entry struct {
	N      uint64        `json:"n"`      // its number in the log, from 1
	At     time.Duration `json:"at"`     // since the log began, in nanoseconds
	Conn   uint32        `json:"conn"`   // the connection's number in the log, from 1
	Client string        `json:"client"` // who is at its other end: "ana", "bob", or a name that tells it from others
	Up     bool          `json:"up"`     // to the server
	Kind   Kind          `json:"kind"`
	Head   *Head         `json:"head,omitempty"` // of a request or an answer
	Frame  *Frame        `json:"frame,omitempty"`

	// Event is the gateway event that the message is; Handler is what handles it, and Place where it stands,
	// "lessons/04-messages/solution/messages.go:31", where that is known.
	Event   string `json:"event,omitempty"`
	Handler string `json:"handler,omitempty"`
	Place   string `json:"place,omitempty"`

	// Faults are what was done to the frame on purpose, as "drop" or "delay=200ms"; of an entry of the
	// kind Fault, what was asked for.
	Faults []string `json:"faults,omitempty"`
	// Lost says of an End that no close frames came before it: the WebSocket protocol calls that 1006.
	Lost bool `json:"lost,omitempty"`
	// Polled says of an Answer that the connection is a session over long polling, which goes on with further
	// requests; of an End, that it is the end of the polling.
	Polled bool `json:"polled,omitempty"`
	// Reset says of an End that it was an RST, not a FIN.
	Reset bool `json:"reset,omitempty"`
}

// A Head is what an HTTP message begins with, and the beginning of its body.
type Head struct {
	Line    string  `json:"line"` // the first line
	Headers []Field `json:"headers,omitempty"`
	Body    string  `json:"body,omitempty"`
}

// A Field is one header of an HTTP message.
type Field struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

// size is about how much memory an entry takes, in bytes.
func (e Entry) size() int {
	n := 256 + len(e.Client) + len(e.Event) + len(e.Handler) + len(e.Place)
	if e.Frame != nil {
		n += 256 + len(e.Frame.Payload) + len(e.Frame.Inflated)
	}
	if e.Head != nil {
		n += len(e.Head.Line) + len(e.Head.Body)
		for _, h := range e.Head.Headers {
			n += len(h.Name) + len(h.Value) + 32
		}
	}
	return n
}
