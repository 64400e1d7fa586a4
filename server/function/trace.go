package function

import (
	"regexp"
	"strconv"
	"strings"
)

// frameLine is where Go's stack traces name a place, with the paths that -trimpath leaves.
var frameLine = regexp.MustCompile(`(?m)^\t(\S+\.go):(\d+)`)

// locate returns the place in the package's source that is nearest to the top of Go's stack trace.
func (s source) locate(trace string) (file string, line int) {
	if _, below, found := strings.Cut(trace, "\npanic("); found {
		trace = below // above it stands who looked at the stack
	}
	for _, m := range frameLine.FindAllStringSubmatch(trace, -1) {
		if strings.HasPrefix(m[1], s.pkg+"/") {
			line, _ = strconv.Atoi(m[2])
			return strings.TrimPrefix(m[1], module+"/"), line
		}
	}
	return "", 0
}
