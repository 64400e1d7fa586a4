package disconnect

import "wslab/server/gateway"

const (
	Welcome gateway.Event[Greeting]  = "welcome" // to the newcomer
	Left    gateway.Event[Departure] = "left"    // to the others
	Kick    gateway.Event[any]       = "kick"    // from a client that asks to be thrown out
)

// Greeting tells a client who it is, and the ids of all who are here, its own among them.
type Greeting struct {
	ID   string   `json:"id"`
	Here []string `json:"here"`
}

// Departure says who left, and why.
type Departure struct {
	ID     string `json:"id"`
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}
