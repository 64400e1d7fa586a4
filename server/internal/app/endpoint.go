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

// The most messages that a client may send: so many each second, and so many at once.
const (
	messagesPerSecond = 1000
	messagesAtOnce    = 2000
)

// endpoint serves a host on a raw WebSocket. What the host's own code logs goes to prints, too.
func (a *App) endpoint(host gateway.Host, prints *feed.Feed) http.Handler {
	return ws.Detach(a.limits.limited(a.untilStop(a.sockets(host, prints))))
}

// taped is an endpoint whose connections are recorded on a board.
func (a *App) taped(host handled, prints *feed.Feed, board *tap.Board) http.Handler {
	next := a.sockets(host, prints)
	describe := a.describe(host)
	return ws.Detach(a.limits.limited(a.untilStop(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if ws.CheckOrigin(r, a.config.Origins) != nil || r.Header.Get("Upgrade") == "" { // it will be refused
			next.ServeHTTP(w, r)
			return
		}
		board.Serve(w, r, describe, next)
	}))))
}

// sockets upgrades requests and lets the host serve them.
func (a *App) sockets(host gateway.Host, prints *feed.Feed) http.Handler {
	admit := func(ctx context.Context, h gateway.Handshake) (func(context.Context, transport.Conn), error) {
		ticket := ctx.Value(ticketKey{}).(*ticket)
		session, err := jsonevent.Admit(withFeed(ctx, prints), host, h)
		if err != nil {
			return nil, err
		}
		if a.config.ConnectTimeout > 0 {
			session.Timeout = a.config.ConnectTimeout
		}
		return func(ctx context.Context, conn transport.Conn) {
			if a.limits != nil {
				conn = transport.LimitRate(conn, messagesPerSecond, messagesAtOnce)
			}
			session.Serve(withFeed(ctx, prints), conn, ticket.authenticated)
		}, nil
	}
	return ws.Handler(admit, ws.Options{
		Origins:      a.config.Origins,
		PingInterval: a.config.PingInterval,
		PingTimeout:  a.config.PingTimeout,
	})
}

// untilStop ends the contexts of requests with [gateway.GoingAway] when the server stops, which then
// waits for them.
func (a *App) untilStop(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.begin() {
			http.Error(w, gateway.GoingAway.Reason, http.StatusServiceUnavailable)
			return
		}
		ws.AtEnd(w, a.serving.Done)
		cancel := ws.Cancel(w)
		forget := context.AfterFunc(a.life, func() { cancel(gateway.GoingAway) })
		ws.AtEnd(w, func() { forget() })
		next.ServeHTTP(w, r)
	})
}

// begin counts a connection, unless the server has begun to stop.
func (a *App) begin() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.life.Err() != nil {
		return false
	}
	a.serving.Add(1)
	return true
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
