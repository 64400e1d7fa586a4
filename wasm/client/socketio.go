package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"
	"time"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/protocol/socketio"
	"wslab/server/transport"
)

// socketIO is one session of Engine.IO, and on it the main namespace of Socket.IO.
type socketIO struct {
	session *engineio.Client
	decoder socketio.Decoder
	joined  bool       // read after open
	offsets bool       // stand behind the arguments of broadcasts
	write   sync.Mutex // keeps a packet and its attachments together
}

var format = socketio.Format{Namespace: socketio.Main}

func (s *socketIO) open(ctx context.Context, auth json.RawMessage, resume Session) (o opened, err error) {
	p := &socketio.Packet{Type: socketio.Connect, Data: auth}
	if err := s.session.Write(transport.Message{Data: p.Append(nil)}); err != nil {
		return o, err
	}
	if p, err = s.next(ctx); err != nil {
		return o, err
	}
	var answer struct{ SID, PID, Message string }
	if err := json.Unmarshal(p.Data, &answer); err != nil {
		return o, fmt.Errorf("client: the server answered with %s: %w", p.Data, err)
	}
	switch p.Type {
	case socketio.Connect:
		s.joined, s.offsets = true, answer.PID != ""
		return opened{answer.SID, answer.PID, s.offsets && answer.PID == resume.PID}, nil
	case socketio.ConnectError:
		return o, refused(answer.Message)
	}
	return o, errors.New("client: the server sent something before it let the client in")
}

// refused is a refusal, which has no code in Socket.IO.
func refused(message string) gateway.Disconnect {
	for _, why := range []gateway.Disconnect{gateway.TryAgainLater, gateway.GoingAway, gateway.InternalError} {
		if message == why.Reason {
			return why
		}
	}
	return gateway.Disconnect{Code: gateway.Unauthorized.Code, Reason: message}
}

// next reads a packet of the main namespace.
func (s *socketIO) next(ctx context.Context) (p *socketio.Packet, err error) {
	for {
		m, err := s.session.Read(ctx)
		if err != nil {
			return nil, err
		}
		if m.Binary {
			p, err = s.decoder.Binary(m.Data)
		} else {
			p, err = s.decoder.Text(m.Data)
		}
		if err != nil {
			_ = s.session.Close(gateway.ProtocolError.Code, "")
			return nil, fmt.Errorf("client: %w", err)
		}
		if p != nil && p.Namespace == socketio.Main {
			return p, nil
		}
	}
}

// left is how a client hears that its socket has ended, but not why: Socket.IO does not tell.
var left = gateway.Disconnect{Code: 1005, Reason: "io server disconnect"}

func (s *socketIO) read(ctx context.Context) (*gateway.Packet, error) {
	p, err := s.next(ctx)
	switch {
	case err != nil:
		return nil, err
	case p.Type == socketio.Disconnect:
		return nil, s.thrownOut()
	}
	in, err := p.Incoming()
	if err == nil && s.offsets {
		socketio.TakeOffset(in)
	}
	return in, err
}

// farewell is how long a server may take to say why after it has thrown a client out.
const farewell = time.Second

// thrownOut says why the server has ended the socket, where its connection ends at once and tells.
func (s *socketIO) thrownOut() error {
	ctx, cancel := context.WithTimeout(context.Background(), farewell)
	defer cancel()
	for {
		_, err := s.session.Read(ctx)
		var why gateway.Disconnect
		switch {
		case err == nil:
		case errors.As(err, &why) && why.Code != left.Code && why.Code != gateway.ConnectionLost.Code:
			return why
		default:
			_ = s.session.Close(gateway.ClientLeft.Code, "")
			return left
		}
	}
}

func (s *socketIO) send(p *gateway.Packet) error {
	messages := []transport.Message{{Data: p.Encoded(format)[1:]}} // the session puts its own type before it
	for _, a := range p.Attachments {
		messages = append(messages, transport.Message{Binary: true, Data: a})
	}
	s.write.Lock()
	defer s.write.Unlock()
	return s.session.Write(messages...)
}

func (s *socketIO) sendText(message string) error {
	s.write.Lock()
	defer s.write.Unlock()
	return s.session.Write(transport.Message{Data: []byte(message)})
}

// Close leaves the namespace, if the server has let the client in, and then the connection.
func (s *socketIO) Close(code int, reason string) error {
	if code != gateway.ConnectionLost.Code && s.joined {
		p := &socketio.Packet{Type: socketio.Disconnect}
		_ = s.sendText(string(p.Append(nil))) // the session may have ended
	}
	return s.session.Close(code, reason)
}
