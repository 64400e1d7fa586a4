package engineio

import (
	"cmp"
	"context"
	"encoding/json"
	"time"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// Options configure a [Session]. The zero Options are the protocol's usual ones.
type Options struct {
	PingInterval time.Duration // between a pong and the next ping; 0 is 25 s
	PingTimeout  time.Duration // for a pong; 0 is 20 s
	MaxPayload   int           // the longest message and the longest polling body in bytes; 0 is 1,000,000
}

func (o Options) filled() Options {
	o.PingInterval = cmp.Or(o.PingInterval, 25*time.Second)
	o.PingTimeout = cmp.Or(o.PingTimeout, 20*time.Second)
	o.MaxPayload = cmp.Or(o.MaxPayload, 1_000_000)
	return o
}

// A Session is the server's side of one client: a [transport.Conn] of its messages, over whichever transport
// carries them at the time. That transport is a Conn, too, whose messages are packets.
type Session struct {
	id string
	o  Options

	carrier   // its lock guards all that follows
	upgrading bool
	upgraded  bool
	why       *gateway.Disconnect
	done      chan struct{}
	beat      *time.Timer // the next ping, or the end of the wait for its pong
	due       time.Time   // of the next ping
	pinged    bool
}

var _ transport.Conn = (*Session)(nil)

// NewSession returns a session over conn. Its id, of which nobody may guess another, lets whoever knows it take
// part. It begins with [Session.Open], and pings from now on.
func NewSession(id string, conn transport.Conn, o Options) *Session {
	s := &Session{id: id, o: o.filled(), done: make(chan struct{})}
	s.begin(conn)
	s.schedule()
	return s
}

// ID returns the session's id, which is its client's secret.
func (s *Session) ID() string { return s.id }

// Done is closed when the session has ended.
func (s *Session) Done() <-chan struct{} { return s.done }

// Open tells the client that the session begins, and that it may upgrade to the transports named.
func (s *Session) Open(upgrades ...string) error {
	data, err := json.Marshal(Handshake{
		SID: s.id, Upgrades: append([]string{}, upgrades...),
		PingInterval: s.o.PingInterval.Milliseconds(), PingTimeout: s.o.PingTimeout.Milliseconds(), MaxPayload: s.o.MaxPayload,
	})
	if err != nil {
		return err
	}
	return s.send(Packet{Type: Open, Data: data})
}

// Handshake is what an open packet carries.
type Handshake struct {
	SID          string   `json:"sid"`
	Upgrades     []string `json:"upgrades"`
	PingInterval int64    `json:"pingInterval"` // in milliseconds
	PingTimeout  int64    `json:"pingTimeout"`  // in milliseconds
	MaxPayload   int      `json:"maxPayload"`   // in bytes
}

// Read implements [transport.Conn]: it waits for the client's next message. Its error says how the session
// ended, in the words of the protocol's reference.
func (s *Session) Read(ctx context.Context) (transport.Message, error) {
	for {
		conn := s.current()
		m, err := conn.Read(ctx)
		if err != nil {
			if s.left(conn) {
				continue
			}
			return transport.Message{}, s.end(Reason(err))
		}
		p, err := Decode(m.Data, m.Binary)
		switch {
		case err != nil:
			return transport.Message{}, s.end(ParseError)
		case p.Type == Message:
			return transport.Message{Binary: p.Binary, Data: p.Data}, nil
		case p.Type == Pong:
			s.ponged()
		case p.Type == Close:
			why := s.end(TransportClose)
			_ = conn.Close(gateway.ClientLeft.Code, "")
			return transport.Message{}, why
		case p.Type == Ping: // which is the server's to send
			return transport.Message{}, s.end(TransportError)
		} // anything else has come too late, and does no harm
	}
}

// Write implements [transport.Conn].
func (s *Session) Write(messages ...transport.Message) error {
	packets := make([]transport.Message, len(messages))
	for i, m := range messages {
		packets[i] = inPacket(m)
	}
	return s.Send(packets...)
}

// Send is Write for messages that are packets already, so that who sends to many encodes once. It waits
// until a transport has taken all of them: while the client upgrades, that is the next one.
func (s *Session) Send(packets ...transport.Message) error {
	for {
		conn := s.current()
		err := conn.Write(packets...)
		if err == nil || !s.left(conn) {
			return err
		}
	}
}

// BeginSend is Send for who may not wait, as [transport.Prompt] has it.
func (s *Session) BeginSend(b *transport.Batch) (rest func() error, err error) {
	if conn, still := s.steady(); still {
		if rest, err = transport.Begin(conn, b); err == nil {
			return rest, nil
		}
	}
	return func() error { return s.Send(b.Messages...) }, nil
}

func (s *Session) send(p Packet) error {
	return s.Send(transport.Message{Data: p.Append(nil)})
}

// Close implements [transport.Conn].
func (s *Session) Close(code int, reason string) error {
	s.end(gateway.Disconnect{Code: code, Reason: reason})
	return s.current().Close(code, reason)
}

// end ends the session, and returns the first reason for it.
func (s *Session) end(why gateway.Disconnect) gateway.Disconnect {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.why == nil {
		s.why = &why
		close(s.done)
		if s.beat != nil {
			s.beat.Stop()
		}
	}
	return *s.why
}

// Carries reports whether conn is the session's transport now.
func (s *Session) Carries(conn transport.Conn) bool { return s.current() == conn }

// schedule has the client pinged after the interval. The lock is held.
func (s *Session) schedule() {
	if s.why == nil {
		s.pinged, s.due = false, time.Now().Add(s.o.PingInterval)
		s.beat = time.AfterFunc(s.o.PingInterval, s.ping)
	}
}

// ping asks the client whether it is there. It has the timeout to say so, whether or not it fetches the
// question.
func (s *Session) ping() {
	s.mu.Lock()
	if s.why != nil {
		s.mu.Unlock()
		return
	}
	s.pinged = true
	s.beat = time.AfterFunc(time.Until(s.due.Add(s.o.PingTimeout)), func() { _ = s.Close(gateway.PingTimeout.Code, gateway.PingTimeout.Reason) })
	s.mu.Unlock()
	_ = s.send(Packet{Type: Ping}) // else the session ends anyway
}

func (s *Session) ponged() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pinged && s.beat.Stop() {
		s.schedule()
	}
}
