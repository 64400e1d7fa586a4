// Package fixture is a lesson for the tests of the learning loop.
package fixture

// Answer returns the answer.
func Answer() int {
	return 42
}

// Start begins a task and returns before its end.
func Start(done chan<- bool) { go func() { done <- true }() }
