package component

import (
	"fmt"
	"strings"
	"time"
)

// An Exchange is one thing that crossed a connection in a recorded session.
type Exchange struct {
	At       time.Duration // since the session's start
	Client   string        // "ana" or "bob"
	ToServer bool
	Control  bool   // about the connection itself, not a message on it
	Text     string // the message; the first line of a handshake; the code and reason of a close frame
	Opcode   string // of a frame: "text"
	Bytes    int    // of its payload
	Place    string // where the function stands that handled it: "messages.go:31"
	Lost     bool   // the connection ended without a close frame
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// aroundEvent splits a raw message at the name of its event, which is what the eye looks for.
func aroundEvent(raw string) (before, event, after string) {
	const key = `"event":"`
	before, rest, found := strings.Cut(raw, key)
	event, after, closed := strings.Cut(rest, `"`)
	if !found || !closed {
		return raw, "", ""
	}
	return before + key, event, `"` + after
}
