//go:build starter

package acks_test

import subject "wslab/lessons/06-acks/starter"

const (
	Say     = subject.Say
	Said    = subject.Said
	Welcome = subject.Welcome
	Joined  = subject.Joined
	Left    = subject.Left
	Join    = subject.Join
	Leave   = subject.Leave
	Here    = subject.Here
	Type    = subject.Type
	Typing  = subject.Typing
	Who     = subject.Who
	Private = subject.Private
	Hand    = subject.Hand

	Shared = subject.Shared
)

type (
	Line     = subject.Line
	Note     = subject.Note
	Message  = subject.Message
	Guest    = subject.Guest
	Place    = subject.Place
	Presence = subject.Presence
	Receipt  = subject.Receipt
)

var New = subject.New
