//go:build mine && !race && !js

package recovery_test

// How many schedules of faults are played, and how often clients come back while others talk: whoever has saved a file
// waits for it.
const (
	schedules = 150
	rounds    = 15
)
