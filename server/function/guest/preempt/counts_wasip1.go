package preempt

// idles returns how often the guest had nothing to do. Only the host knows.
//
//go:wasmimport function idles
func idles() uint32

// polls returns how often the scheduler has looked at its descriptors.
//
//go:wasmimport function polls
func polls() uint32
