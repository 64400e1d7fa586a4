//go:build starter

package rooms_test

import subject "wslab/lessons/05-rooms/starter"

const (
	Say       = subject.Say
	Said      = subject.Said
	Welcome   = subject.Welcome
	Joined    = subject.Joined
	Left      = subject.Left
	Join      = subject.Join
	Leave     = subject.Leave
	Here      = subject.Here
	Type      = subject.Type
	Typing    = subject.Typing
	Whisper   = subject.Whisper
	Whispered = subject.Whispered

	Shared = subject.Shared
)

type (
	Line     = subject.Line
	Note     = subject.Note
	Message  = subject.Message
	Guest    = subject.Guest
	Place    = subject.Place
	Presence = subject.Presence
	Writer   = subject.Writer
)

var New = subject.New
