package auth

import "wslab/server/gateway"

const (
	Welcome gateway.Event[Greeting]  = "welcome" // to the newcomer
	Joined  gateway.Event[Guest]     = "joined"  // to the others
	Left    gateway.Event[Departure] = "left"    // to the others
)

// Guest is somebody who was let in.
type Guest struct {
	ID   string `json:"id"` // of the socket
	Name string `json:"name"`
}

// Greeting tells a client who it is, and who is here, itself included.
type Greeting struct {
	Guest
	Here []Guest `json:"here"`
}

// Departure says who left, and why.
type Departure struct {
	Guest
	Code   int    `json:"code"`
	Reason string `json:"reason"`
}
