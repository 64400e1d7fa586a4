package frame

// Noticed tells the host of something that the guest has noticed and that does not end it, with a
// [Notice].
const Noticed Kind = 'N'

// Notice is what the gateway's code does that will surprise its author.
type Notice struct {
	Kind  string `json:"kind"`            // one of the constants below
	What  string `json:"what"`            // what runs: "handler", "OnConnect"; "" where it is none of these
	Event string `json:"event,omitempty"` // the event that is handled
	State string `json:"state,omitempty"` // what it waits for, as Go's traces say it: "chan receive"
	Stack string `json:"stack,omitempty"` // where it is
}

// The kinds of notices.
const (
	// Blocked: a handler or hook has not returned for a while, and waits.
	Blocked = "blocked"
	// TooSlow: a client was ended that did not keep up with what was emitted.
	TooSlow = "slow_client"
)
