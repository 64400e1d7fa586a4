//go:build mine && !race && !js

package recovery_test

// How many schedules of faults are played, and how often clients come back while others talk: whoever has saved a file
// waits for it, on a busy machine several times as long, and what takes 8 s counts as hanging.
const (
	schedules = 50
	rounds    = 15
)
