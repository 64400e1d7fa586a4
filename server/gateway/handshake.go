package gateway

import (
	"encoding/json"
	"net/url"
	"strings"
)

// Handshake is what a client presented to connect.
type Handshake struct {
	// Remote is the client's network address, "" in memory.
	Remote string `json:"remote,omitempty"`
	// Host is the host, and the port where it is no usual one, that the client asked for ("chat.example:8080"), ""
	// in memory.
	Host string `json:"host,omitempty"`
	// Query and Header are those of the HTTP request; Header has canonical keys ("Cookie").
	Query  url.Values          `json:"query,omitempty"`
	Header map[string][]string `json:"header,omitempty"`
	// Auth is what the client sent as its credentials: the first message on a raw WebSocket, the
	// auth object of Socket.IO.
	Auth json.RawMessage `json:"auth,omitempty"`
}

// TokenCookie is the cookie in which a browser can carry a token.
const TokenCookie = "wslab_token"

// Token returns the token that the client presented, or "". A browser can send one in four ways: in
// Auth, in the query, as a subprotocol "bearer.TOKEN" and as a cookie. The Authorization header,
// looked at last, works for every client but a browser, which cannot set it on a WebSocket.
func (h Handshake) Token() string {
	for _, token := range []string{
		h.auth().Token,
		h.Query.Get("token"),
		h.listed("Sec-Websocket-Protocol", ",", "bearer."),
		h.listed("Cookie", ";", TokenCookie+"="),
		h.listed("Authorization", ",", "Bearer "),
	} {
		if token != "" {
			return token
		}
	}
	return ""
}

// Name returns the name that the client presented, in Auth or in the query, or "".
func (h Handshake) Name() string {
	if name := h.auth().Name; name != "" {
		return name
	}
	return h.Query.Get("name")
}

// resumes returns what a client presents whose connection was lost: the secret of its socket, and the offset of
// what it has heard last.
func (h Handshake) resumes() (pid, offset string) {
	if a := h.auth(); a.PID != "" {
		return a.PID, a.Offset
	}
	return h.Query.Get("pid"), h.Query.Get("offset")
}

func (h Handshake) auth() (a struct {
	Token  string `json:"token"`
	Name   string `json:"name"`
	PID    string `json:"pid"`
	Offset string `json:"offset"`
}) {
	_ = json.Unmarshal(h.Auth, &a) // anything else presents nothing
	return a
}

// listed returns what follows prefix in an entry of a header that is a list.
func (h Handshake) listed(header, separator, prefix string) string {
	for _, line := range h.Header[header] {
		for entry := range strings.SplitSeq(line, separator) {
			if value, ok := strings.CutPrefix(strings.TrimSpace(entry), prefix); ok {
				return value
			}
		}
	}
	return ""
}

// User is who a socket belongs to. The zero User is anonymous.
type User struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	// Remote is that of the handshake, whatever Authenticate says.
	Remote string `json:"remote,omitempty"`
	// Asked reports whether an Authenticate said so. It is no client's business.
	Asked bool `json:"-"`

	resumes *resumption // an earlier socket
}
