package function

import (
	"context"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"strings"

	"wslab/server/function/wasi"
	"wslab/server/gateway"
)

// Handler is a raw HTTP handler built from source, in its current version: a package with
//
//	func Handler(w http.ResponseWriter, r *http.Request)
//
// which speaks HTTP and WebSocket by itself, in the sandbox, on connections that the server passes on to
// it. It is deployed, watched and limited as every [Function]. But the state of a WebSocket is in the
// guest, so connections cannot outlive their version: see [Handler.Deploy]. A handler does not learn
// where its clients are: r.RemoteAddr says nothing.
type Handler struct{ function *Function }

var _ http.Handler = (*Handler)(nil)

// NewHandler returns a handler that answers after its first Deploy. It stays interpreted.
func NewHandler(o Options) *Handler {
	o.exports = exportsHandler
	o.Compiled = "" // a second start would end the connections for the sake of speed
	return &Handler{New(o)}
}

// Deploy builds the source as it is now, starts it, and lets it take over. WebSockets of the version
// before end with [NewVersion], told by the server between two frames, so that their clients connect
// again and meet the new one; its handlers see their clients close, and have some seconds to return, as
// those have that are answering a plain request. Where the source does not build or start, nothing
// changes but the state, and the error is an [*Error].
func (h *Handler) Deploy(ctx context.Context) error { return h.function.Deploy(ctx) }

// State returns what there is to say now.
func (h *Handler) State() State { return h.function.State() }

// Close ends every connection with why, where it is a WebSocket, and the handler for good. It returns
// when nothing of it is left.
func (h *Handler) Close(ctx context.Context, why gateway.Disconnect) error {
	return h.function.Close(ctx, why)
}

// ServeHTTP implements [http.Handler]: the learner's handler answers. To it the connection is new, and
// what follows a switch of protocols passes byte for byte.
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	in, err := h.function.enter(r.Context())
	if err != nil {
		refuse(w, err)
		return
	}
	defer h.function.serving.Done()
	x := &exchange{in: in, function: h.function, control: http.NewResponseController(w)}
	proxy := httputil.ReverseProxy{
		Rewrite:        x.rewrite,
		Transport:      &http.Transport{DialContext: x.dial, DisableKeepAlives: true, DisableCompression: true, MaxResponseHeaderBytes: maxHeader},
		FlushInterval:  -1, // what the handler writes is for the client at once
		ModifyResponse: x.switched,
		ErrorHandler:   x.failed,
		ErrorLog:       log.New(io.Discard, "", 0), // that a connection broke, its client knows
	}
	proxy.ServeHTTP(w, r)
}

// enter returns the instance that serves a new connection, which leaves with serving.Done.
func (f *Function) enter(ctx context.Context) (*instance, error) {
	for {
		in, err := f.running(ctx)
		if err != nil {
			return nil, err
		}
		if in.moving.Err() != nil { // its successor is about to answer
			if err := f.replaced(ctx, in); err != nil {
				return nil, err
			}
			continue
		}
		f.mu.Lock()
		defer f.mu.Unlock()
		if f.closed {
			return nil, f.farewell
		}
		f.serving.Add(1)
		return in, nil
	}
}

// maxHeader is how long the header of an answer may be.
const maxHeader = 64 << 10

// An exchange is one request on its way through the guest.
type exchange struct {
	function *Function
	in       *instance
	control  *http.ResponseController // of the client's connection
	near     net.Conn                 // to the guest
}

func (x *exchange) rewrite(p *httputil.ProxyRequest) {
	p.Out.URL.Scheme, p.Out.URL.Host = "http", "function"
	p.Out.Host = p.In.Host
}

// dial connects to the guest's listener.
func (x *exchange) dial(context.Context, string, string) (net.Conn, error) {
	near, far := net.Pipe()
	if err := x.in.guest.Connect(far); err != nil {
		return nil, err
	}
	x.near = near
	return near, nil
}

// switched puts a tunnel where the handler has accepted a WebSocket.
func (x *exchange) switched(answer *http.Response) error {
	stream, ok := answer.Body.(io.ReadWriteCloser)
	if ok && answer.StatusCode == http.StatusSwitchingProtocols && strings.EqualFold(answer.Header.Get("Upgrade"), "websocket") {
		answer.Body = &tunnel{ReadWriteCloser: stream, exchange: x}
	}
	return nil
}

// failed answers where the handler did not.
func (x *exchange) failed(w http.ResponseWriter, r *http.Request, err error) {
	switch {
	case r.Context().Err() != nil: // nobody is left to tell
	case errors.Is(err, wasi.ErrBusy):
		http.Error(w, "too many connections: are those closed that are no longer needed?", http.StatusServiceUnavailable)
	default:
		x.in.alive() // returns when everybody may know how it ended
		http.Error(w, "the handler ended without an answer", http.StatusBadGateway)
	}
}

// refuse answers where there is no handler.
func refuse(w http.ResponseWriter, err error) {
	w.Header().Set("Retry-After", "1")
	http.Error(w, gateway.AsDisconnect(err).Reason, http.StatusServiceUnavailable)
}
