package frame

import (
	"encoding/binary"
	"errors"

	"wslab/server/gateway"
)

// Greeting is what the guest says of its gateway once it can serve.
type Greeting struct {
	Protected bool              `json:"protected"`          // clients must authenticate
	Handlers  map[string]string `json:"handlers,omitempty"` // the names of the functions, by event
	MaxQueue  int               `json:"maxQueue,omitempty"` // how many bytes may wait for a client; 0 is the host's own limit
}

// Answer says who is connecting, or why nobody is let in.
type Answer struct {
	User    gateway.User        `json:"user"`
	Refusal *gateway.Disconnect `json:"refusal,omitempty"`
}

// Panic is a panic of a handler or hook that the gateway survived.
type Panic struct {
	What    string `json:"what"`            // what failed: "handler failed"
	Event   string `json:"event,omitempty"` // the event that was handled
	Message string `json:"message"`         // "panic: assignment to entry in nil map"
	Stack   string `json:"stack"`
}

// Window is how much of one socket may be on its way to a handler, counted by [Cost]. The host sends
// no more until the guest has taken some, so that one socket whose handler is slow fills no buffer
// that others need, and the guest's reader never waits for a handler.
const Window = 64 << 10

const (
	minCost = 4 << 10
	maxCost = Window / 2 // the guest may hold back less than that, so the next packet always finds room
)

// MaxInFlight is how many packets of a socket can be inside its window at a time.
const MaxInFlight = Window / minCost

// TakenEvery is how much the guest takes before it says so.
const TakenEvery = Window / 2

// Cost is what a packet's payload takes of its socket's window.
func Cost(payload []byte) int { return min(max(len(payload), minCost), maxCost) }

// TakenFrame gives cost back to the window of socket.
func TakenFrame(socket uint32, cost int) Frame {
	return Frame{Taken, socket, binary.LittleEndian.AppendUint32(nil, uint32(cost))}
}

// ParseTaken reads the payload of a [Taken] frame.
func ParseTaken(payload []byte) (cost int, err error) {
	if len(payload) != 4 {
		return 0, errors.New("frame: taken: want 4 bytes")
	}
	return int(min(binary.LittleEndian.Uint32(payload), Window)), nil
}
