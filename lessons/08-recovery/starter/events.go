package recovery

import (
	"time"

	"wslab/server/gateway"
)

const (
	Say     gateway.Request[Words, Receipt] = "say"     // from a client; answered once it is in the log
	Said    gateway.Event[Message]          = "message" // to everyone who has resumed
	Resume  gateway.Event[Position]         = "resume"  // from a client: go on after this
	Resumed gateway.Event[Position]         = "resumed" // to that client: what follows comes after this
)

const (
	Kept     = 20              // how many messages the log keeps: the newest
	Patience = 5 * time.Second // how long a client waits for an answer before it comes back
)

// Message is what everyone hears, and what the log keeps.
type Message struct {
	N    int       `json:"n"` // 1, 2, 3, … in the whole chat
	Key  string    `json:"key"`
	From string    `json:"from"`
	Text string    `json:"text"`
	At   time.Time `json:"at"`
}

// Receipt says under which number a line is in the log.
type Receipt struct {
	N int `json:"n"`
}

// Position is the number up to which a client has heard everything.
type Position struct {
	Heard int `json:"heard"`
}
