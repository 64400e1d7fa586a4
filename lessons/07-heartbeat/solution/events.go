package heartbeat

import (
	"time"

	acks "wslab/lessons/06-acks/solution"
	"wslab/server/gateway"
)

const (
	Ping gateway.Event[Beat] = "ping" // to a client
	Pong gateway.Event[Beat] = "pong" // from a client: the same beat

	Say     = acks.Say
	Said    = acks.Said
	Welcome = acks.Welcome
	Joined  = acks.Joined
	Left    = acks.Left
)

// Beat is one ping, or its pong.
type Beat struct {
	N int `json:"n"` // 1, 2, 3, … for each client
}

// The server's side: a client is pinged once in every Interval and has Timeout to answer.
const (
	Interval = 10 * time.Second
	Timeout  = 5 * time.Second
)

// The client's side: the first wait is at most First, each is at most twice as long as the one before, and none
// is longer than Max. Who was connected for Steady begins with First again.
const (
	First  = time.Second
	Max    = 30 * time.Second
	Steady = time.Minute
)
