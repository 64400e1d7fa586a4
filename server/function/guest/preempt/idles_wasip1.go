package preempt

// idles returns how often the guest had nothing to do. Only the host knows.
//
//go:wasmimport function idles
func idles() uint32
