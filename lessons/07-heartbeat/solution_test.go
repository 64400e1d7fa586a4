//go:build !starter && !mine

package heartbeat_test

import subject "wslab/lessons/07-heartbeat/solution"

const (
	Ping    = subject.Ping
	Pong    = subject.Pong
	Say     = subject.Say
	Said    = subject.Said
	Welcome = subject.Welcome
	Joined  = subject.Joined
	Left    = subject.Left

	Interval = subject.Interval
	Timeout  = subject.Timeout
	First    = subject.First
	Max      = subject.Max
	Steady   = subject.Steady
)

type Beat = subject.Beat

var (
	New  = subject.New
	Stay = subject.Stay
)
