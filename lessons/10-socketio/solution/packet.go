package socketio

// Packet is one packet of Socket.IO. Its attachments are not in it: they follow as binary messages.
type Packet struct {
	Type        Type
	Attachments int    // how many binary messages follow
	Namespace   string // of the sockets that it is for; never empty
	HasID       bool   // it wants an ack, or is one
	ID          uint64 // the ack's, where there is one; 0 is an id as well
	Payload     string // JSON, as it is on the wire, or nothing
}

// Type says what a packet is. It is the packet's first character.
type Type byte

// The types of packets; 5 and 6 are 2 and 3 with attachments.
const (
	Connect      Type = '0' // may I come in? yes
	Disconnect   Type = '1' // one side leaves the namespace
	Event        Type = '2' // a name and its arguments
	Ack          Type = '3' // the answer to an event that had an id
	ConnectError Type = '4' // no, you may not
	BinaryEvent  Type = '5'
	BinaryAck    Type = '6'
)

const (
	// Main is the namespace that is not written.
	Main = "/"
	// MaxAttachments is how many attachments a packet may have.
	MaxAttachments = 10
)
