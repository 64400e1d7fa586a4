//go:build mine

package limits_test

import subject "wslab/lessons/09-limits/mine"

const (
	MaxMessage = subject.MaxMessage
	Burst      = subject.Burst
	Rate       = subject.Rate
	Warnings   = subject.Warnings
	MaxQueue   = subject.MaxQueue
	MaxAll     = subject.MaxAll
	MaxFrom    = subject.MaxFrom
	Rest       = subject.Rest
)

type Bucket = subject.Bucket

var (
	New      = subject.New
	NewDoors = subject.NewDoors
	Foreign  = subject.Foreign
	TooFast  = subject.TooFast
)
