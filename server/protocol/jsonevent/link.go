package jsonevent

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"time"
	"unicode/utf8"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// AuthTimeout is how long a client that presented no token may take to send its first message, unless
// the session says otherwise.
const AuthTimeout = 5 * time.Second

// Connected is the payload of the event "connected", which comes before anything else.
//
// A client whose connection was lost presents PID and the highest "offset" that it has heard, a string, beside
// what it authenticates with: Recovered then says that its socket has the same id as before and that it hears
// what it has missed. A server that stands alone has neither.
type Connected struct {
	ID        string `json:"id"`
	PID       string `json:"pid,omitempty"`
	Recovered bool   `json:"recovered,omitempty"`
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
	protected, err := host.Protected(ctx)
	if err != nil || protected && h.Token() == "" {
		return s, err
	}
	err = s.ask(ctx)
	s.Authenticated = err == nil
	return s, err
}

// ask has the host authenticate the client, in good time.
func (s *Session) ask(ctx context.Context) (err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.Timeout, gateway.TryAgainLater)
	defer cancel()
	s.user, err = s.host.Authenticate(ctx, s.handshake)
	return err
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
	s.handshake = gateway.Handshake{} // which is not needed any more, and large
	return s.host.Serve(ctx, &link{conn}, s.user)
}

// authenticate reads the client's first message. Where ctx ends first, the client hears why.
func (s *Session) authenticate(ctx context.Context, conn transport.Conn) error {
	defer context.AfterFunc(ctx, func() {
		why := gateway.AsDisconnect(context.Cause(ctx))
		_ = conn.Close(why.Code, why.Reason)
	})()
	timer := time.AfterFunc(s.Timeout, func() {
		_ = conn.Close(gateway.Unauthorized.Code, gateway.Unauthorized.Reason)
	})
	m, err := conn.Read(context.Background())
	if !timer.Stop() {
		return gateway.Unauthorized
	}
	switch {
	case err != nil:
		return err
	case !utf8.Valid(m.Data):
		return gateway.InvalidText
	}
	p, err := Decode(m.Data)
	if err != nil || p.Event != string(AuthEvent) {
		return gateway.Unauthorized
	}
	s.handshake.Auth = p.Data
	return s.ask(ctx)
}

// link is a socket's client, as envelopes over a connection.
type link struct {
	conn transport.Conn
}

var _ gateway.Link = (*link)(nil)

// Open implements [gateway.Link].
func (l *link) Open(o gateway.Opened) error {
	raw, err := json.Marshal(Connected(o))
	if err != nil {
		return err
	}
	connected := &gateway.Packet{Event: string(ConnectedEvent), Payload: gateway.Payload{Data: raw}}
	return l.conn.Write(transport.Message{Data: connected.Encoded(Format{})})
}

// Receive implements [gateway.Link].
func (l *link) Receive() (*gateway.Packet, error) {
	m, err := l.conn.Read(context.Background()) // Close ends it
	if err != nil {
		return nil, clientEnd(err)
	}
	if !utf8.Valid(m.Data) { // of a binary message: nobody else may hear of it
		return nil, gateway.InvalidText
	}
	p, err := Decode(m.Data)
	var wrong *gateway.Error
	if errors.As(err, &wrong) {
		return &gateway.Packet{Kind: gateway.KindInvalid, Err: wrong}, nil
	}
	return p, err
}

// Send implements [gateway.Link].
func (l *link) Send(batch *gateway.Batch) (rest func() error, err error) {
	return transport.Begin(l.conn, batch.In(Format{}, envelopes).(*transport.Batch))
}

func envelopes(packets []*gateway.Packet) any {
	messages := make([]transport.Message, len(packets))
	for i, p := range packets {
		messages[i].Data = p.Encoded(Format{})
	}
	return &transport.Batch{Messages: messages}
}

// Close implements [gateway.Link]. A close frame holds a reason of at most 123 bytes, and not every
// code (RFC 6455, 5.5 and 7.4): what cannot be sent is cut, or becomes 1011.
func (l *link) Close(why gateway.Disconnect) error {
	const most = 123
	if len(why.Reason) > most {
		why.Reason = strings.ToValidUTF8(why.Reason[:most], "")
	}
	sendable := why.Code >= 1000 && why.Code <= 1014 && why.Code != 1004 && why.Code != 1005 || why.Code >= 3000 && why.Code <= 4999
	if !sendable { // 1006 cuts the connection
		why.Code = gateway.InternalError.Code
	}
	return l.conn.Close(why.Code, why.Reason)
}

// clientEnd says in the gateway's words how a client went. Close codes are the client's own choice, so
// all that are not an accident say the same.
func clientEnd(err error) gateway.Disconnect {
	var d gateway.Disconnect
	if !errors.As(err, &d) || d.Code == gateway.ConnectionLost.Code { // which no frame can say
		return gateway.ConnectionLost
	}
	for _, known := range []gateway.Disconnect{
		gateway.ProtocolError, gateway.InvalidText, gateway.PingTimeout, gateway.TooBig, gateway.RateLimited,
	} {
		if d == known { // the transport's own words, or a client that goes to some length
			return known
		}
	}
	return gateway.ClientLeft
}
