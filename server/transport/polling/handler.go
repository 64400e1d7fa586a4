// Package polling serves Engine.IO over HTTP (https://github.com/socketio/engine.io-protocol): long polling,
// and the WebSocket that a client begins with or upgrades to.
//
// Long polling: a client always has one GET open, which is answered as soon as there is something to tell;
// what it has to say it POSTs. Both bodies are packets, joined by U+001E.
package polling

import (
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync"
	"time"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
	"wslab/server/transport/ws"
)

// bodyTimeout is how long a client may take to send the body of a request, or to take that of an answer.
const bodyTimeout = 30 * time.Second

// Options configure a [Handler].
type Options struct {
	engineio.Options
	Origins []string // hosts whose pages may connect, beside the server's own
	// Node names this server where there are several, in letters and digits; session ids begin with it. A session
	// lives on one server, so all its requests must come there: load balancers call that sticky. One that comes to
	// another server is refused with both names.
	Node string
	// Wrap, where set, is laid around every transport, with a limit on what it reads.
	Wrap func(transport.Conn) transport.Conn
}

// Admit looks at the request that begins a session. It returns what serves the session until it ends, or why
// the client is refused. A session may outlive its first request. After the end leave is called, also where no
// session came about.
type Admit func(r *http.Request) (serve func(*engineio.Session), leave func(), err error)

// Handler serves sessions at one address.
type Handler struct {
	admit Admit
	o     Options

	mu       sync.Mutex
	sessions map[string]*session
}

// A session and the polling transport that it began with, if any.
type session struct {
	*engineio.Session
	conn    *conn
	wrapped transport.Conn // conn as the session has it
}

// New returns a handler whose clients admit looks at.
func New(admit Admit, o Options) *Handler {
	if o.Wrap == nil {
		o.Wrap = func(c transport.Conn) transport.Conn { return c }
	}
	if o.MaxPayload == 0 {
		o.MaxPayload = 1_000_000
	}
	return &Handler{admit: admit, o: o, sessions: make(map[string]*session)}
}

// ServeHTTP implements [http.Handler].
func (h *Handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if ws.CheckOrigin(r, h.o.Origins) != nil {
		refuse(w, forbidden)
		return
	}
	if origin := r.Header.Get("Origin"); origin != "" { // one that may connect, from wherever it is
		w.Header().Set("Access-Control-Allow-Origin", origin)
		w.Header().Add("Vary", "Origin")
	}
	s, err := h.find(r)
	upgrade := strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
	switch {
	case err != nil:
		refuse(w, err)
	case s == nil && upgrade:
		h.open(w, r)
	case s == nil:
		h.begin(w, r)
	case upgrade:
		h.upgrade(w, r, s)
	case r.Method == http.MethodGet:
		h.answer(w, r, s)
	case r.Method == http.MethodPost:
		h.take(w, r, s)
	default:
		refuse(w, badRequest)
	}
}

// find returns the session that a request belongs to, nil where it begins one, or why it may not.
func (h *Handler) find(r *http.Request) (*session, error) {
	query := r.URL.Query()
	upgrade := strings.EqualFold(r.Header.Get("Upgrade"), "websocket")
	carrier, sid := query.Get("transport"), query.Get("sid")
	if carrier != "polling" && carrier != "websocket" {
		return nil, unknownTransport
	}
	if query.Has("sid") {
		h.mu.Lock()
		s := h.sessions[sid]
		h.mu.Unlock()
		switch {
		case s == nil:
			return nil, h.unknown(sid)
		case upgrade != (carrier == "websocket"), !upgrade && !s.Carries(s.wrapped):
			return nil, badRequest
		}
		return s, nil
	}
	switch {
	case r.Method != http.MethodGet:
		return nil, badHandshake
	case upgrade != (carrier == "websocket"):
		return nil, badRequest
	case query.Get("EIO") != "4":
		return nil, badVersion
	}
	return nil, nil
}

// begin begins a session with a poll, which brings the open packet.
func (h *Handler) begin(w http.ResponseWriter, r *http.Request) {
	serve, leave, err := h.admit(r)
	if err != nil {
		refuse(w, err)
		return
	}
	c := newConn()
	wrapped := h.o.Wrap(c)
	s := &session{engineio.NewSession(h.newID(), wrapped, h.o.Options), c, wrapped}
	go func() {
		defer leave()
		h.serve(s, serve, "websocket")
	}()
	h.answer(w, r, s)
}

// open begins a session with a WebSocket.
func (h *Handler) open(w http.ResponseWriter, r *http.Request) {
	serve, leave, err := h.admit(r)
	if err != nil {
		refuse(w, err)
		return
	}
	c, err := h.accept(w, r)
	if err != nil { // the library has answered
		leave()
		return
	}
	s := &session{Session: engineio.NewSession(h.newID(), c, h.o.Options)}
	ws.Serve(w, func() {
		defer leave()
		h.serve(s, serve)
	})
}

func (h *Handler) accept(w http.ResponseWriter, r *http.Request) (transport.Conn, error) {
	c, err := ws.Accept(w, r, ws.Options{ReadLimit: int64(h.o.MaxPayload), PingInterval: -1})
	if err != nil {
		return nil, err
	}
	return h.o.Wrap(c), nil
}

// serve runs a session to its end.
func (h *Handler) serve(s *session, serve func(*engineio.Session), upgrades ...string) {
	h.mu.Lock()
	h.sessions[s.ID()] = s
	h.mu.Unlock()
	defer func() {
		if s.conn != nil && s.conn.owes() {
			time.AfterFunc(closeTimeout, func() { h.forget(s) })
			return
		}
		h.forget(s)
	}()
	defer s.Close(gateway.ConnectionLost.Code, "") // where nobody has closed it
	opened := make(chan struct{})
	go func() { // over polling it takes until the first poll
		defer close(opened)
		_ = s.Open(upgrades...)
	}()
	if s.conn == nil {
		<-opened
	}
	serve(s.Session)
}

// forget makes a session unknown.
func (h *Handler) forget(s *session) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.sessions, s.ID())
}

// breach ends a session whose client has broken the protocol. Its next request finds none.
func (h *Handler) breach(s *session, why gateway.Disconnect) {
	s.conn.fail(why)
	h.forget(s)
}

// upgrade lets a WebSocket take a session over, and returns with the session's end. One that comes too late is
// opened all the same, and closed: a client cannot see any other answer.
func (h *Handler) upgrade(w http.ResponseWriter, r *http.Request, s *session) {
	opened := false
	open := func() (transport.Conn, error) {
		opened = true
		return h.accept(w, r)
	}
	if s.conn != nil && s.Upgrade(open, s.conn) == nil {
		<-s.Done()
		return
	}
	if opened {
		return
	}
	if c, err := h.accept(w, r); err == nil {
		_ = c.Close(gateway.ConnectionLost.Code, "")
	}
}

// answer answers a poll.
func (h *Handler) answer(w http.ResponseWriter, r *http.Request, s *session) {
	packets, err := s.conn.poll(r.Context())
	switch {
	case errors.Is(err, errOverlap):
		h.breach(s, engineio.TransportError)
		refuse(w, badRequest)
	case errors.Is(err, errGone):
		refuse(w, unknownSession)
	case err == nil:
		w.Header().Set("Content-Type", "text/plain; charset=UTF-8")
		if send(w, r, engineio.AppendPayload(nil, packets...)) != nil { // they are lost: no session goes on without
			s.conn.cut(engineio.TransportClose)
		}
	}
}

// take reads what a client has to say.
func (h *Handler) take(w http.ResponseWriter, r *http.Request, s *session) {
	if kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")); kind == "application/octet-stream" { // of version 3
		h.breach(s, engineio.TransportError)
		refuse(w, badRequest)
		return
	}
	control := http.NewResponseController(w)
	_ = control.SetReadDeadline(time.Now().Add(bodyTimeout))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, int64(h.o.MaxPayload)))
	if err == nil {
		_ = control.SetReadDeadline(time.Time{})
	}
	var long *http.MaxBytesError
	switch {
	case errors.As(err, &long):
		refuse(w, &refusal{3, "Payload too large", http.StatusRequestEntityTooLarge})
		return
	case err != nil:
		h.breach(s, engineio.TransportError)
		refuse(w, badRequest)
		return
	}
	packets, err := engineio.DecodePayload(body)
	if err != nil {
		h.breach(s, engineio.ParseError)
	} else if errors.Is(s.conn.post(packets), errOverlap) {
		h.breach(s, engineio.TransportError)
		refuse(w, badRequest)
		return
	}
	w.Header().Set("Content-Type", "text/html")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = io.WriteString(w, "ok")
}

// newID returns a session's id.
func (h *Handler) newID() string {
	id := rand.Text()[:20]
	if h.o.Node == "" {
		return id
	}
	return h.o.Node + "-" + id
}

// unknown says why there is no such session.
func (h *Handler) unknown(sid string) error {
	node, _, named := strings.Cut(sid, "-")
	if h.o.Node == "" || !named || node == h.o.Node {
		return unknownSession
	}
	return &refusal{unknownSession.Code, fmt.Sprintf("Session ID unknown: it is of server %.40q, and this is %q; "+
		"long polling needs a load balancer that sends all requests of a session to one server", node, h.o.Node), unknownSession.status}
}
