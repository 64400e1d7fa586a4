//go:build race

package recovery_test

// schedules is how many schedules of faults are played: the race detector takes its time.
const schedules = 30
