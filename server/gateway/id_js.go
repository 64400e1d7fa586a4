package gateway

import "math/rand/v2"

// newID returns the id of a new socket. In a browser a gateway serves nobody but the page itself, and
// crypto/rand is a tenth of the page's program.
func newID() string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
	var id [12]byte
	for i := range id {
		id[i] = letters[rand.IntN(len(letters))]
	}
	return string(id[:])
}
