//go:build race

package recovery_test

// How many schedules of faults are played, and how often clients come back while others talk. The race detector takes
// its time, and sees what is not locked the first time.
const (
	schedules = 15
	rounds    = 4
)
