package limits

import (
	"sync"
	"time"

	"wslab/server/gateway"
)

// What one client may send.
const (
	MaxMessage = 16 << 10 // bytes of one message; one that is larger ends its sender with 1009

	Burst = 5   // messages at once
	Rate  = 0.5 // messages a second, in the long run

	Warnings    = 5   // messages beyond those that are refused, before their sender is ended with 4429
	WarningRate = 0.1 // of them that are forgiven in a second
)

// MaxQueue is how many bytes may wait for one client that does not read, before it is ended with 4408. A whole replay
// fits: 20 messages, each of 2000 characters and a key of as many, which take up to 6 bytes each.
const MaxQueue = 512 << 10

// Places for clients.
const (
	MaxAll  = 100 // at once
	MaxFrom = 10  // of those, from one address

	// Rest is how long a place stays empty. Who comes next has a full bucket: by then, this one would be full as well.
	Rest = Burst / Rate * time.Second
)

var (
	// Foreign refuses a page of another origin. 1008 is RFC 6455's code for a violated policy.
	Foreign = gateway.Disconnect{Code: 1008, Reason: "foreign origin"}
	// TooFast refuses one message, and not its sender.
	TooFast = &gateway.Error{Code: "too_fast", Message: "too many messages at once: wait a moment"}
)

// Doors count who is inside.
type Doors struct {
	mu   sync.Mutex
	all  int
	from map[string]int // by address
}

// NewDoors returns doors with nobody inside.
func NewDoors() *Doors { return &Doors{from: make(map[string]int)} }

// Addresses returns how many addresses somebody is inside from.
func (d *Doors) Addresses() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return len(d.from)
}
