//go:build js && !race

package recovery_test

// How many schedules of faults are played, and how often clients come back while others talk. A browser has one thread.
const (
	schedules = 40
	rounds    = 2
)
