//go:build !wasip1

package preempt

import "sync/atomic"

func idles() uint32 { return 0 }

// polls returns how often the scheduler has looked at its descriptors: elsewhere it always has.
func polls() uint32 { return polled.Add(1) }

var polled atomic.Uint32
