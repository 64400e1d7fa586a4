//go:build !race

package recovery_test

// schedules is how many schedules of faults are played.
const schedules = 2500
