// Package websockets sends its clients back what they send, with nothing but the protocol.
package websockets

import (
	"context"
	"net/http"

	"github.com/coder/websocket"
)

// MaxMessage is how many bytes a message may have.
const MaxMessage = 64 << 10 // 64 KiB

// Handler runs once for each client, as long as it is connected.
func Handler(w http.ResponseWriter, r *http.Request) {
	// TODO: accept the WebSocket, and close it now when Handler returns. Set its read limit to MaxMessage.
	// Then echo; where the connection has not ended as it should, log a warning.
	http.Error(w, "Handler accepts no WebSocket yet", http.StatusNotImplemented)
}

// echo sends every message back as it came. It returns nil once a client has said "bye" and the
// connection is closed, and an error where the connection ends otherwise.
func echo(ctx context.Context, conn *websocket.Conn) error {
	// TODO: again and again, read a message and write it. Close the connection instead where it is "bye".
	return nil
}

// ended tells whether a connection ended as it should: the handler has closed it, or the client has
// left. Clients say that in three ways: 1000, 1001 where a page is closed, and without a code.
func ended(err error) bool {
	switch websocket.CloseStatus(err) {
	case websocket.StatusNormalClosure, websocket.StatusGoingAway, websocket.StatusNoStatusRcvd:
		return true
	}
	return err == nil
}
