package component

import (
	"fmt"
	"time"
)

// An Exchange is one thing that crossed a connection in a recorded session.
type Exchange struct {
	At       time.Duration // since the session's start
	Client   string        // "ana" or "bob"
	ToServer bool
	Text     string // the raw message; or "open", "close 1000 client left"
	Control  bool   // the connection itself, not a message on it
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
