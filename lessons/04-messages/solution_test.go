//go:build !starter && !mine

package messages_test

import subject "wslab/lessons/04-messages/solution"

const (
	Say     = subject.Say
	Said    = subject.Said
	Welcome = subject.Welcome
	Joined  = subject.Joined
	Left    = subject.Left

	Shared = subject.Shared
)

type (
	Line    = subject.Line
	Message = subject.Message
	Guest   = subject.Guest
)

var New = subject.New
