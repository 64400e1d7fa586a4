package app

import (
	"context"
	"net/http"

	"wslab/server/course/feed"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/server/transport/ws"
	"wslab/server/wire/tap"
)

// endpoint serves a host on a raw WebSocket. What the host's own code logs goes to prints, too.
func (a *App) endpoint(host gateway.Host, prints *feed.Feed) http.Handler {
	return ws.Detach(a.counted(a.sockets(host, prints)))
}

// taped is an endpoint whose connections are recorded on a board.
func (a *App) taped(host handled, prints *feed.Feed, board *tap.Board) http.Handler {
	next := a.sockets(host, prints)
	describe := a.describe(host)
	return ws.Detach(a.counted(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") == "" { // it will be refused
			next.ServeHTTP(w, r)
			return
		}
		board.Serve(w, r, describe, next)
	})))
}

// sockets upgrades requests and lets the host serve them.
func (a *App) sockets(host gateway.Host, prints *feed.Feed) http.Handler {
	watched := a.watched(raw)
	admit := func(ctx context.Context, h gateway.Handshake) (func(context.Context, transport.Conn), error) {
		p := ctx.Value(peerKey{}).(*peer)
		session, err := jsonevent.Admit(withFeed(ctx, prints), host, h)
		if err != nil {
			p.refused(err)
			return nil, err
		}
		if a.config.ConnectTimeout > 0 {
			session.Timeout = a.config.ConnectTimeout
		}
		return func(ctx context.Context, conn transport.Conn) {
			p.opened()
			p.ended(session.Serve(withFeed(ctx, prints), watched(conn), p.authenticated))
		}, nil
	}
	return ws.Handler(admit, ws.Options{
		Origins:      a.config.Origins,
		ReadLimit:    int64(a.config.Limits.Read),
		PingInterval: a.config.PingInterval,
		PingTimeout:  a.config.PingTimeout,
	})
}

// watched returns what has the messages of a connection counted, and limits what it reads.
func (a *App) watched(name string) func(transport.Conn) transport.Conn {
	traffic := a.metrics.by[name].traffic
	if a.config.Unlimited {
		return traffic.of
	}
	return func(conn transport.Conn) transport.Conn {
		return transport.LimitRate(traffic.of(conn), a.config.Limits.Rate, a.config.Limits.Burst)
	}
}

// sameOrigin refuses pages of other hosts, as the endpoints of connections do.
func (a *App) sameOrigin(next http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := ws.CheckOrigin(r, a.config.Origins); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		next(w, r)
	})
}
