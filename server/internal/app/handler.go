package app

import (
	"bufio"
	"context"
	"net"
	"net/http"
	"net/url"

	websockets "wslab/lessons/00-websockets/solution"

	"wslab/server/course/feed"
	"wslab/server/gateway"
	"wslab/server/transport/ws"
	"wslab/server/wire/tap"
)

// handlers are the reference answers that serve WebSockets by themselves, by the lesson's id.
var handlers = map[string]http.HandlerFunc{"websockets": websockets.Handler}

// handed is an endpoint that a handler serves by itself. Its connections are counted and recorded as all
// others are; what crosses them is the handler's own, so that only its own code limits the rate.
func (a *App) handed(handler http.Handler, prints *feed.Feed, board *tap.Board) http.Handler {
	next := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p := r.Context().Value(peerKey{}).(*peer)
		handler.ServeHTTP(takenOver{w, p}, fromHere(r))
		p.ended(gateway.Disconnect{}) // with a code that the handler alone knows
	})
	return ws.Detach(a.counted(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r = r.WithContext(withFeed(r.Context(), prints))
		if r.Header.Get("Upgrade") == "" {
			next.ServeHTTP(w, r)
			return
		}
		board.Serve(w, r, nil, next)
	})))
}

// fromHere is the request without the page that it comes from, where that is one of another host: the server has let
// it in, and the handler, which knows no host but its own, would not.
func fromHere(r *http.Request) *http.Request {
	from, err := url.Parse(r.Header.Get("Origin"))
	if err == nil && from.Host == r.Host {
		return r
	}
	r = r.WithContext(r.Context())
	r.Header = r.Header.Clone()
	r.Header.Del("Origin")
	return r
}

// outliving has a function's handler tell its own clients that the server stops, which a context that ends would
// prevent: it only cuts their connections.
func outliving(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Upgrade") != "" {
			r = r.WithContext(context.WithoutCancel(r.Context()))
		}
		next.ServeHTTP(w, r)
	})
}

// takenOver is an answer that may become a connection, whose client is let in unasked.
type takenOver struct {
	http.ResponseWriter
	peer *peer
}

// Unwrap is for [http.ResponseController].
func (o takenOver) Unwrap() http.ResponseWriter { return o.ResponseWriter }

// Hijack implements [http.Hijacker].
func (o takenOver) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, rw, err := http.NewResponseController(o.ResponseWriter).Hijack()
	if err == nil {
		o.peer.opened()
		o.peer.authenticated()
	}
	return conn, rw, err
}
