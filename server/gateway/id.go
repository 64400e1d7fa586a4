//go:build !js

package gateway

import "crypto/rand"

// newID returns the id of a new socket.
func newID() string { return rand.Text()[:12] }
