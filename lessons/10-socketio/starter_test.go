//go:build starter

package socketio_test

import subject "wslab/lessons/10-socketio/starter"

const (
	Connect      = subject.Connect
	Disconnect   = subject.Disconnect
	Event        = subject.Event
	Ack          = subject.Ack
	ConnectError = subject.ConnectError
	BinaryEvent  = subject.BinaryEvent
	BinaryAck    = subject.BinaryAck

	Main           = subject.Main
	MaxAttachments = subject.MaxAttachments
)

type (
	Packet = subject.Packet
	Type   = subject.Type
)

var (
	New    = subject.New
	Encode = subject.Encode
	Decode = subject.Decode
)
