// Package baseline has small servers that the lab's server is measured beside. Each is written as well as its design
// allows, does what the others do and no more, and runs as a process of its own, so that its processor time can be
// told from everybody else's.
//
// Those on WebSockets speak the lab's JSON: {"event":"message","data":…} goes to everyone, {"event":"echo","data":…,"id":…}
// is answered, a token in the query is asked for, and {"event":"connected"} comes first. Those before WebSockets keep
// events on a board: polling, long polling and Server-Sent Events.
package baseline

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"slices"
	"strings"
)

// servers are the baselines by name. Each gets the context that it lives in.
var servers = map[string]func(ctx context.Context) http.Handler{
	"hub":         newHub,
	"chat":        newChat,
	"limit":       newLimit,
	"polling":     newPolling,
	"longpolling": newLongPolling,
	"sse":         newSSE,
}

// Names lists the baselines.
func Names() []string { return slices.Sorted(maps.Keys(servers)) }

// Handler returns the baseline of that name. It lives as long as ctx.
func Handler(ctx context.Context, name string) (http.Handler, error) {
	made, ok := servers[name]
	if !ok {
		return nil, fmt.Errorf("there is no baseline %.20q; there are %s", name, strings.Join(Names(), ", "))
	}
	return made(ctx), nil
}

// Serve serves a baseline on an address until ctx ends, and says where it listens.
func Serve(ctx context.Context, name, addr string, out io.Writer) error {
	handler, err := Handler(ctx, name)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%s listens on %s\n", name, listener.Addr())
	server := &http.Server{Handler: handler}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
		return err
	}
	return nil
}

// token is what a client must present, as to the lab's conformance gateway.
const token = "ABC-123"

// admitted says whether a client may connect, and tells one that may not.
func admitted(w http.ResponseWriter, r *http.Request) bool {
	if subtle.ConstantTimeCompare([]byte(r.URL.Query().Get("token")), []byte(token)) == 1 {
		return true
	}
	http.Error(w, "unauthorized", http.StatusUnauthorized)
	return false
}

// greeting is the first message to every client.
const greeting = `{"event":"connected","data":{}}`

// maxMessage is the longest message in bytes.
const maxMessage = 1 << 20

var errFormat = errors.New("no message of this server's format")

// reply says what a client's message makes the server send, and whether to everyone.
func reply(text []byte) (answer []byte, everyone bool, err error) {
	var in struct {
		Event    string
		Data, ID json.RawMessage
	}
	if err := json.Unmarshal(text, &in); err != nil {
		return nil, false, err
	}
	switch {
	case in.Event == "message" && in.Data != nil:
		answer = append(make([]byte, 0, 32+len(in.Data)), `{"event":"message","data":`...)
		everyone = true
	case in.Event == "echo" && in.Data != nil && in.ID != nil:
		answer = append(make([]byte, 0, 32+len(in.Data)+len(in.ID)), `{"id":`...)
		answer = append(append(answer, in.ID...), `,"data":`...)
	default:
		return nil, false, errFormat
	}
	return append(append(answer, in.Data...), '}'), everyone, nil
}
