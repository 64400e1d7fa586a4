package ws

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"wslab/server/gateway"
	"wslab/server/transport"
)

// Subprotocol is what the server selects where a client offers it, beside a "bearer.TOKEN".
const Subprotocol = "wslab"

// Options configure a [Handler]. The zero Options are usable.
type Options struct {
	Origins      []string      // hosts whose pages may connect, beside the server's own
	ReadLimit    int64         // the longest message in bytes; 0 is 1,000,000
	PingInterval time.Duration // 0 is 25 s; below 0 nobody pings, since the protocol above does
	PingTimeout  time.Duration // 0 is 20 s
}

// Admit looks at a handshake before the upgrade. It returns what serves the connection until it ends,
// or why the client is refused.
type Admit func(ctx context.Context, h gateway.Handshake) (serve func(ctx context.Context, conn transport.Conn), err error)

// Handler opens a WebSocket for every request that admit lets in. A foreign origin is answered with
// 403, [gateway.Unauthorized] with 401, [gateway.TryAgainLater] with 503, what is no handshake with 426.
func Handler(admit Admit, o Options) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := CheckOrigin(r, o.Origins); err != nil {
			http.Error(w, err.Error(), http.StatusForbidden)
			return
		}
		if !strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
			w.Header().Set("Upgrade", "websocket")
			http.Error(w, "This address speaks WebSocket (RFC 6455): connect with ws://"+r.Host+r.URL.Path, http.StatusUpgradeRequired)
			return
		}
		serve, err := admit(r.Context(), Handshake(r))
		if err != nil {
			Refuse(w, err)
			return
		}
		if c, err := Accept(w, r, o); err == nil { // else the library has answered
			ctx := r.Context()
			Serve(w, func() { serve(ctx, c) })
		}
	})
}

// Accept opens a WebSocket, for who has looked at the request's origin already. After an error the request
// is answered.
func Accept(w http.ResponseWriter, r *http.Request, o Options) (transport.Conn, error) {
	o.ReadLimit = cmp.Or(o.ReadLimit, 1_000_000)
	o.PingInterval = cmp.Or(o.PingInterval, 25*time.Second)
	o.PingTimeout = cmp.Or(o.PingTimeout, 20*time.Second)
	ws, raw, err := accept(w, r, []string{Subprotocol})
	if err != nil {
		return nil, err
	}
	ws.SetReadLimit(-1) // Read has the limit, with our close reason
	c := &conn{ws: ws, raw: raw, readLimit: o.ReadLimit}
	if o.PingInterval > 0 {
		c.heartbeat(o.PingInterval, o.PingTimeout)
	}
	return c, nil
}

// CheckOrigin refuses a browser's request from a page of another host, unless it is listed. Clients
// that are no browsers send no Origin and pass.
func CheckOrigin(r *http.Request, origins []string) error {
	origin := r.Header.Get("Origin")
	if origin == "" {
		return nil
	}
	u, err := url.Parse(origin)
	if err == nil && u.Host != "" {
		same := func(host string) bool { return strings.EqualFold(host, u.Host) || strings.EqualFold(host, origin) }
		if same(r.Host) || slices.ContainsFunc(origins, same) {
			return nil
		}
	}
	return fmt.Errorf("pages of %.100q may not connect here; start the server with --origin HOST to let them", origin)
}

// Handshake is what a request presents.
func Handshake(r *http.Request) gateway.Handshake {
	return gateway.Handshake{Remote: r.RemoteAddr, Host: r.Host, Query: r.URL.Query(), Header: r.Header}
}

// Refuse answers a request with why it is refused, as [Handler] does, and when to come again where that helps.
func Refuse(w http.ResponseWriter, err error) {
	status := http.StatusInternalServerError
	var why gateway.Disconnect
	if errors.As(err, &why) {
		switch why.Code {
		case gateway.InternalError.Code:
		case gateway.TryAgainLater.Code, gateway.GoingAway.Code:
			status = http.StatusServiceUnavailable
		case 1008: // RFC 6455's code for a violated policy: another token does not help
			status = http.StatusForbidden
		default:
			status = http.StatusUnauthorized
		}
	}
	if status == http.StatusServiceUnavailable {
		w.Header().Set("Retry-After", transport.RetryAfter)
	}
	http.Error(w, gateway.AsDisconnect(err).Reason, status)
}
