//go:build !starter && !mine

package scaling_test

import subject "wslab/lessons/11-scaling/solution"

const (
	Say     = subject.Say
	Missed  = subject.Missed
	Said    = subject.Said
	Welcome = subject.Welcome
)

type (
	Line     = subject.Line
	Message  = subject.Message
	Receipt  = subject.Receipt
	Position = subject.Position
	Greeting = subject.Greeting
)

var New = subject.New
