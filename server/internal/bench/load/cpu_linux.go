package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// cpuTime is the processor time of another process to the nanosecond, where /proc has hundredths of a second: its
// clock has a number made of its pid (clock_getcpuclockid(3)).
func cpuTime(pid int) (time.Duration, bool) {
	const scheduled = 2
	var at unix.Timespec
	err := unix.ClockGettime(int32(^pid<<3|scheduled), &at)
	return time.Duration(at.Nano()), err == nil
}
