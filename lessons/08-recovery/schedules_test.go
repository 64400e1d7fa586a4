//go:build !race && !js && !mine

package recovery_test

// How many schedules of faults are played, and how often clients come back while others talk.
const (
	schedules = 2500
	rounds    = 30
)
