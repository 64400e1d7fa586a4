package app

import (
	"context"
	"fmt"
	"net/http"

	"wslab/server/course/feed"
	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/protocol/socketio"
	"wslab/server/transport"
	"wslab/server/transport/polling"
	"wslab/server/transport/ws"
	"wslab/server/wire/tap"
)

// mountSocketIO serves a lesson's gateways to clients of Socket.IO. A lesson with a codec of its own has it used
// on both sides.
func (a *App) mountSocketIO(mux *http.ServeMux, l *lesson) {
	var own, reference socketio.Codec
	if l.Codec {
		own, reference = codec{write: l.function.Encode, read: l.function.Decode}, answers[l.ID]
	}
	path := fmt.Sprintf("/lessons/%d/", l.Number)
	mux.Handle(path+"solution/socket.io/{$}", a.socketIO(l.solution, nil, l.feed, &l.board, reference))
	mine := a.socketIO(l.function, nil, nil, &l.board, own)
	mux.HandleFunc(path+"socket.io/{$}", func(w http.ResponseWriter, r *http.Request) {
		if !l.host() {
			a.sameOrigin(l.noAnswer).ServeHTTP(w, r)
			return
		}
		mine.ServeHTTP(w, r)
	})
}

// socketIO serves a host as the main namespace, and custom, if there is one, as "/custom", over long polling and
// WebSockets. Its connections are recorded on the board.
func (a *App) socketIO(host, custom handled, prints *feed.Feed, board *tap.Board, c socketio.Codec) http.Handler {
	namespaces := func(name string) (gateway.Host, bool) {
		switch {
		case name == socketio.Main:
			return host, true
		case name == "/custom" && custom != nil:
			return custom, true
		}
		return nil, false
	}
	sessions := a.sessions(func(ctx context.Context, s *engineio.Session, h gateway.Handshake, from *peer) gateway.Disconnect {
		return socketio.Serve(withFeed(ctx, prints), s, h, socketio.Options{
			Namespaces: namespaces, Joined: from.authenticated, ConnectTimeout: a.config.ConnectTimeout, Codec: c, MaxPacket: a.config.Limits.Read,
		})
	})
	describe := a.describeSocketIO(host)
	return ws.Detach(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.near(w, r, socketIO) {
			sessions.ServeHTTP(w, r)
			return
		}
		board.ServeSessions(w, r, describe, sessions)
	}))
}

// echo answers every message of Engine.IO with itself.
func (a *App) echo() http.Handler {
	return a.sessions(func(ctx context.Context, s *engineio.Session, _ gateway.Handshake, from *peer) gateway.Disconnect {
		from.authenticated()
		defer context.AfterFunc(ctx, func() { _ = s.Close(gateway.GoingAway.Code, gateway.GoingAway.Reason) })()
		echoes := make(chan transport.Message, maxEchoes)
		defer close(echoes)
		go func() {
			for m := range echoes {
				_ = s.Write(m) // the next Read says why not
			}
		}()
		for {
			m, err := s.Read(context.Background())
			if err != nil {
				return gateway.AsDisconnect(err)
			}
			select {
			case echoes <- m:
			case <-s.Done():
			}
		}
	})
}

// maxEchoes is how many messages may wait for a client that does not fetch its echoes.
const maxEchoes = 16

// sessions serves sessions of Engine.IO, each counted as one connection however many requests it takes.
func (a *App) sessions(serve func(context.Context, *engineio.Session, gateway.Handshake, *peer) gateway.Disconnect) http.Handler {
	admit := func(r *http.Request) (func(*engineio.Session), func(), error) {
		p, err := a.enter(r, socketIO)
		if err != nil {
			return nil, nil, err
		}
		h, over := ws.Handshake(r), tap.Begin(r.Context())
		leave := func() {
			p.leave()
			over()
		}
		return func(s *engineio.Session) {
			p.opened()
			ctx, cancel := context.WithCancelCause(context.Background())
			defer cancel(nil)
			defer context.AfterFunc(a.life, func() { cancel(gateway.GoingAway) })()
			p.ended(serve(ctx, s, h, p))
		}, leave, nil
	}
	return polling.New(admit, polling.Options{
		Options: engineio.Options{PingInterval: a.config.PingInterval, PingTimeout: a.config.PingTimeout, MaxPayload: a.config.Limits.Read},
		Origins: a.config.Origins,
		Node:    a.config.Cluster.Node,
		Wrap:    a.watched(socketIO),
	})
}

// describeSocketIO tells what the packets of a host's connections are.
func (a *App) describeSocketIO(host handled) tap.Describe {
	return func(up bool, message []byte) (event, handler, place string) {
		carrier, err := engineio.Decode(message, false)
		if err != nil || carrier.Type != engineio.Message {
			return "", "", ""
		}
		p, _, err := socketio.Header(carrier.Data)
		if err != nil {
			return "", "", ""
		}
		switch p.Type {
		case socketio.Connect:
			return "connect", "", ""
		case socketio.Disconnect:
			return "disconnect", "", ""
		case socketio.ConnectError:
			return "connect_error", "", ""
		}
		in, err := p.Incoming()
		if err != nil || in.Event == "" {
			return "", "", ""
		}
		return a.handledBy(host, up, in.Event)
	}
}
