//go:build !starter && !mine

package disconnect_test

import subject "wslab/lessons/02-disconnect/solution"

const (
	Welcome = subject.Welcome
	Left    = subject.Left
	Kick    = subject.Kick
)

var New = subject.New
