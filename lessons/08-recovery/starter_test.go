//go:build starter

package recovery_test

import subject "wslab/lessons/08-recovery/starter"

const (
	Say     = subject.Say
	Said    = subject.Said
	Resume  = subject.Resume
	Resumed = subject.Resumed

	Kept     = subject.Kept
	Patience = subject.Patience
)

type (
	Client   = subject.Client
	Inbox    = subject.Inbox
	Outbox   = subject.Outbox
	Line     = subject.Line
	Words    = subject.Words
	Message  = subject.Message
	Receipt  = subject.Receipt
	Position = subject.Position
)

var (
	New       = subject.New
	NewClient = subject.NewClient
)
