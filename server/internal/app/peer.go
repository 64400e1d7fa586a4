package app

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"time"

	"wslab/server/gateway"
	"wslab/server/transport/ws"
)

// The transports in metrics and in the log.
const (
	raw      = "raw"
	socketIO = "socketio"
)

// A peer is what the server keeps of one client from its handshake to its end. A session of Socket.IO is
// one, however many requests it takes.
type peer struct {
	app       *App
	ticket    *ticket
	request   request
	transport string
	began     time.Time
	state     string              // in metrics; "" until it is open
	why       *gateway.Disconnect // it has ended
}

// A request is what the log may tell of one: no query, which may hold a token, and no header.
type request struct{ remote, path string }

// requestOf copies the path, which else would hold on to the query.
func requestOf(r *http.Request) request { return request{r.RemoteAddr, strings.Clone(r.URL.Path)} }

// enter begins a connection, unless the server is full or about to stop. It leaves in the end, however it went on.
func (a *App) enter(r *http.Request, transport string) (*peer, error) {
	p := &peer{app: a, request: requestOf(r), transport: transport, began: time.Now()}
	if !a.begin() {
		p.refused(draining)
		return nil, draining
	}
	var err error
	if p.ticket, err = a.counts.enter(r.RemoteAddr); err != nil {
		a.serving.Done()
		p.refused(err)
		return nil, err
	}
	return p, nil
}

// leave ends what enter began.
func (p *peer) leave() {
	if p.state != "" {
		why := gateway.InternalError // it has panicked
		if p.why != nil {
			why = *p.why
		}
		p.app.metrics.ended(p, why)
		p.tellEnd(why)
	}
	p.ticket.leave()
	p.app.serving.Done()
}

// opened says that the client is there, but not yet who it is.
func (p *peer) opened() {
	p.state = stranger
	p.app.metrics.opened(p)
	if slog.Default().Enabled(context.Background(), slog.LevelDebug) { // else what it would tell is garbage
		slog.Debug("connection open", p.attrs()...)
	}
}

// authenticated says that a gateway has let the client in.
func (p *peer) authenticated() {
	p.ticket.authenticated()
	p.app.metrics.authenticated(p)
	p.state = known
}

// ended says why the connection is over. It leaves soon.
func (p *peer) ended(why gateway.Disconnect) { p.why = &why }

// refused says that it does not come about.
func (p *peer) refused(err error) {
	why := rejectionOf(err)
	p.app.metrics.refused.WithLabelValues(why.reason).Inc()
	level := slog.LevelInfo
	if why == full || why == fromOneAddress || why == unauthenticated { // somebody may want to do something about it
		level = slog.LevelWarn
	}
	p.app.sparingly.log(level, "refused "+why.reason, "connection refused", append(p.attrs(), "reason", why.reason)...)
}

// rejectionOf returns what an error on the way in is called.
func rejectionOf(err error) *rejection {
	var why *rejection
	if errors.As(err, &why) {
		return why
	}
	switch gateway.AsDisconnect(err).Code {
	case gateway.InternalError.Code, gateway.TryAgainLater.Code, gateway.GoingAway.Code:
		return unavailable
	}
	return unauthorized
}

// tellEnd tells the log of an end that is no ordinary one. Its words are ours: a client's could be anything.
func (p *peer) tellEnd(why gateway.Disconnect) {
	code := codeOf(why)
	attrs := append(p.attrs(), "code", code, "lasted", time.Since(p.began).Round(time.Millisecond))
	switch why.Code {
	case gateway.ClientLeft.Code, gateway.GoingAway.Code, gateway.Kicked.Code:
		slog.Debug("connection ended", attrs...)
	default:
		p.app.sparingly.log(slog.LevelInfo, "ended "+code, "connection ended", append(attrs, "reason", phrases[why.Code])...)
	}
}

func (p *peer) attrs() []any {
	return []any{"transport", p.transport, "remote", p.request.remote, "path", p.request.path}
}

// phrases are the codes that connections end with here, and what each is called.
var phrases = func() map[int]string {
	all := map[int]string{1012: "new version"} // of a learner's gateway
	for _, why := range []gateway.Disconnect{
		gateway.ClientLeft, gateway.GoingAway, gateway.ProtocolError, gateway.ConnectionLost, gateway.InvalidText, gateway.PingTimeout,
		gateway.TooBig, gateway.InternalError, gateway.TryAgainLater, gateway.Kicked, gateway.Unauthorized, gateway.TooSlow, gateway.RateLimited,
	} {
		all[why.Code] = why.Reason
	}
	return all
}()

// codeOf returns a code as metrics have it: gateways and clients may choose any, and then it is "other".
func codeOf(why gateway.Disconnect) string {
	if _, known := phrases[why.Code]; known {
		return strconv.Itoa(why.Code)
	}
	return "other"
}

type peerKey struct{}

// counted serves every request as a connection of a raw WebSocket, which hears [gateway.GoingAway] when the
// server stops.
func (a *App) counted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !a.near(w, r, raw) {
			return
		}
		p, err := a.enter(r, raw)
		if err != nil {
			ws.Refuse(w, err)
			return
		}
		ws.AtEnd(w, p.leave)
		cancel := ws.Cancel(w)
		forget := context.AfterFunc(a.life, func() { cancel(gateway.GoingAway) })
		ws.AtEnd(w, func() { forget() })
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), peerKey{}, p)))
	})
}

// near reports whether a request comes from no foreign page. Else it is refused.
func (a *App) near(w http.ResponseWriter, r *http.Request, transport string) bool {
	err := ws.CheckOrigin(r, a.config.Origins)
	if err == nil {
		return true
	}
	(&peer{app: a, request: requestOf(r), transport: transport}).refused(foreign)
	if transport == raw { // Socket.IO words it its own way
		http.Error(w, err.Error(), http.StatusForbidden)
	}
	return false
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
