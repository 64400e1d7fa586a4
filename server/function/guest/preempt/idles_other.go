//go:build !wasip1

package preempt

func idles() uint32 { return 0 }
