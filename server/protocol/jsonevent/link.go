package jsonevent

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// AuthTimeout is how long a client that presented no token may take to send its first message, unless
// the session says otherwise.
const AuthTimeout = 5 * time.Second

// Connected is the payload of the event "connected", which comes before anything else.
type Connected struct {
	ID string `json:"id"`
}

// Names of the events that belong to the format itself.
const (
	ConnectedEvent gateway.Event[Connected]         = "connected"
	ExceptionEvent gateway.Event[gateway.Exception] = "exception"
	AuthEvent      gateway.Event[json.RawMessage]   = "auth"
)

// Session is one client on its way into a host.
type Session struct {
	host      gateway.Host
	handshake gateway.Handshake
	user      gateway.User

	// Authenticated says that the client may open its socket at once; else its first message must
	// be {"event":"auth","data":{"token","name"}} within Timeout.
	Authenticated bool
	// Timeout is AuthTimeout unless changed before Serve.
	Timeout time.Duration
}

// Admit looks at a handshake before the upgrade. Its error refuses it: the host asks for a token and
// does not like the one presented.
func Admit(ctx context.Context, host gateway.Host, h gateway.Handshake) (*Session, error) {
	s := &Session{host: host, handshake: h, Timeout: AuthTimeout}
	if host.Protected() && h.Token() == "" {
		return s, nil
	}
	var err error
	s.user, err = host.Authenticate(ctx, h)
	s.Authenticated = err == nil
	return s, err
}

// Serve runs the client's socket over conn until it ends, and says why it did. Authenticated, which
// may be nil, is called once the client is let in.
func (s *Session) Serve(ctx context.Context, conn transport.Conn, authenticated func()) gateway.Disconnect {
	if !s.Authenticated {
		if err := s.authenticate(ctx, conn); err != nil {
			why := gateway.AsDisconnect(err)
			_ = conn.Close(why.Code, why.Reason)
			return why
		}
	}
	if authenticated != nil {
		authenticated()
	}
	return s.host.Serve(ctx, &link{conn}, s.user)
}

// authenticate reads the client's first message.
func (s *Session) authenticate(ctx context.Context, conn transport.Conn) error {
	timer := time.AfterFunc(s.Timeout, func() {
		_ = conn.Close(gateway.Unauthorized.Code, gateway.Unauthorized.Reason)
	})
	m, err := conn.Read(context.Background())
	if !timer.Stop() {
		return gateway.Unauthorized
	}
	if err != nil {
		return err
	}
	p, err := Decode(m.Data)
	if err != nil || p.Event != string(AuthEvent) {
		return gateway.Unauthorized
	}
	s.handshake.Auth = p.Data
	s.user, err = s.host.Authenticate(ctx, s.handshake)
	return err
}

// link is a socket's client, as envelopes over a connection.
type link struct {
	conn transport.Conn
}

var _ gateway.Link = (*link)(nil)

// Open implements [gateway.Link].
func (l *link) Open(id string) error {
	raw, err := json.Marshal(Connected{ID: id})
	if err != nil {
		return err
	}
	return l.Send([]*gateway.Packet{{Event: string(ConnectedEvent), Data: raw}})
}

// Receive implements [gateway.Link].
func (l *link) Receive() (*gateway.Packet, error) {
	m, err := l.conn.Read(context.Background()) // Close ends it
	if err != nil {
		return nil, clientEnd(err)
	}
	p, err := Decode(m.Data)
	var wrong *gateway.Error
	if errors.As(err, &wrong) {
		return &gateway.Packet{Kind: gateway.KindInvalid, Err: wrong}, nil
	}
	return p, err
}

// Send implements [gateway.Link].
func (l *link) Send(packets []*gateway.Packet) error {
	messages := make([]transport.Message, len(packets))
	for i, p := range packets {
		messages[i].Data = p.Encoded(Format{})
	}
	return l.conn.Write(messages...)
}

// Close implements [gateway.Link].
func (l *link) Close(why gateway.Disconnect) error { return l.conn.Close(why.Code, why.Reason) }

// clientEnd says in the gateway's words how a client went. Close codes are the client's own choice, so
// all that are not an accident say the same.
func clientEnd(err error) gateway.Disconnect {
	var d gateway.Disconnect
	if !errors.As(err, &d) {
		return gateway.ConnectionLost
	}
	for _, known := range []gateway.Disconnect{
		gateway.ProtocolError, gateway.ConnectionLost, gateway.InvalidText, gateway.PingTimeout, gateway.TooBig, gateway.RateLimited,
	} {
		if d.Code == known.Code {
			return known
		}
	}
	return gateway.ClientLeft
}
