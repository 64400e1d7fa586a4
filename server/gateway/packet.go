package gateway

import "sync"

// Kind says what a packet is.
type Kind uint8

// The kinds of packets.
const (
	// KindEvent is an event that asks for nothing: Event, Data.
	KindEvent Kind = iota
	// KindRequest is an event that wants an ack: Event, Data, ID.
	KindRequest
	// KindAck answers a request: ID, and Data or Err.
	KindAck
	// KindReply answers a client that asked for nothing: Event, Data. Formats may leave it out.
	KindReply
	// KindInvalid is what came in place of a packet: Err, which the client is answered with.
	KindInvalid
	// kindConnect is the job that runs OnConnect before every other.
	kindConnect
)

// Packet is what travels between a namespace and a client. Once sent it must not be changed: all
// sockets of a broadcast share it.
type Packet struct {
	Kind  Kind
	Event string
	ID    uint64 // chosen by the side that asks
	Payload
	Err *Error
	// Offset is the place of a broadcast in the order of all servers, 0 where there is one server.
	Offset uint64

	resumes *resumption // of a kindConnect

	mu      sync.Mutex
	encoded []encoding
}

type encoding struct {
	format Format
	bytes  []byte
}

// A Format writes packets as one wire format has them. Formats are compared with ==.
type Format interface {
	Encode(p *Packet) []byte
}

// Encoded returns p in format f. A packet is encoded once for each format, however many sockets it
// goes to; the bytes are shared and must not be changed.
func (p *Packet) Encoded(f Format) []byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, e := range p.encoded {
		if e.format == f {
			return e.bytes
		}
	}
	b := f.Encode(p)
	p.encoded = append(p.encoded, encoding{f, b})
	return b
}

// Size is what p may hold in memory while it waits, in bytes.
func (p *Packet) Size() int { return 128 + len(p.Event) + p.Payload.size() }

// Batch is packets that leave together, in order. The sockets of a broadcast share it, so that what a
// protocol makes of it is made once for all of them.
type Batch struct {
	Packets []*Packet

	mu   sync.Mutex
	made []making
}

type making struct {
	format Format
	what   any
}

// NewBatch returns a batch of packets.
func NewBatch(packets ...*Packet) *Batch { return &Batch{Packets: packets} }

// In returns what a protocol makes of the batch in format f. However many sockets ask, make is called once.
func (b *Batch) In(f Format, make func(packets []*Packet) any) any {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, m := range b.made {
		if m.format == f {
			return m.what
		}
	}
	what := make(b.Packets)
	b.made = append(b.made, making{f, what})
	return what
}

// WriteTo sends the batch and waits until the client's side has taken it.
func (b *Batch) WriteTo(link Link) error {
	rest, err := link.Send(b)
	if err == nil && rest != nil {
		err = rest()
	}
	return err
}

// newPacket returns the packet of an event with data.
func newPacket(kind Kind, event string, data any) (*Packet, error) {
	payload, err := encode(data)
	if err != nil {
		return nil, err
	}
	return &Packet{Kind: kind, Event: event, Payload: payload}, nil
}

// Link carries packets to and from one client. Protocols implement it on a transport.
type Link interface {
	// Open tells the client that its socket is connected. Nothing is sent before.
	Open(o Opened) error
	// Receive waits for the next packet; Close ends the wait. Its error is a [Disconnect] that says
	// how the client went.
	Receive() (*Packet, error)
	// Send writes a batch without waiting, in one write where the transport can. Where the client's
	// side does not take all of it at once, rest waits until it has, or Close is called; nothing else
	// is sent before rest has returned. Send is never called twice at a time.
	Send(batch *Batch) (rest func() error, err error)
	// Close tells the client why, where it can still be told, and frees the link.
	Close(why Disconnect) error
}

// Opened is what a client is told when its socket opens.
type Opened struct {
	ID string
	// PID is the secret with which the client resumes this socket after its connection is lost, and Recovered
	// says that it just has: its id is the old one, and it hears what it missed. Without a [Relay] there is
	// neither.
	PID       string
	Recovered bool
}

// A Phraser is a Link whose protocol has its own words for why a socket ends: they are what OnDisconnect
// hears.
type Phraser interface {
	Phrase(why Disconnect) Disconnect
}
