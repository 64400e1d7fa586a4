//go:build mine

package disconnect_test

import subject "wslab/lessons/02-disconnect/mine"

const (
	Welcome = subject.Welcome
	Left    = subject.Left
	Kick    = subject.Kick
)

var New = subject.New
