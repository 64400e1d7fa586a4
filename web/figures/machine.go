package figures

import (
	"os"
	"runtime"
	"strings"
	"time"
)

// NewRow returns a row of this machine, measured now.
func NewRow(name, what, unit string) Row {
	return Row{Name: name, What: what, Unit: unit, At: time.Now().UTC().Truncate(time.Second), Machine: machine(), Go: runtime.Version(), Cores: runtime.NumCPU()}
}

// machine is the system and its processor, as far as the system tells.
func machine() string {
	name := runtime.GOOS + "/" + runtime.GOARCH
	about, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return name
	}
	for line := range strings.Lines(string(about)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == "model name" {
			return name + ", " + strings.TrimSpace(value)
		}
	}
	return name
}
