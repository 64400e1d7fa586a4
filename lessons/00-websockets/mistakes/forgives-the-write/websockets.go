//go:build mistake

// Takes an answer that could not be sent for a good end: nobody learns that the connection broke.
//
// Rejected by TestAConnectionThatBreaksWhileItIsAnsweredIsLogged: "expected: a warning in the log got: nothing"
package websockets

import (
	"context"
	"log/slog"
	"net/http"

	"github.com/coder/websocket"
)

// MaxMessage is how many bytes a message may have.
const MaxMessage = 64 << 10 // 64 KiB

// Handler runs once for each client, as long as it is connected.
func Handler(w http.ResponseWriter, r *http.Request) {
	conn, err := websocket.Accept(w, r, nil)
	if err != nil {
		return // Accept has answered with an HTTP error
	}
	defer conn.CloseNow()
	conn.SetReadLimit(MaxMessage)
	if err := echo(r.Context(), conn); !ended(err) {
		slog.WarnContext(r.Context(), "connection broken", "err", err)
	}
}

// echo sends every message back as it came. It returns nil once a client has said "bye" and the
// connection is closed, and an error where the connection ends otherwise.
func echo(ctx context.Context, conn *websocket.Conn) error {
	for {
		kind, message, err := conn.Read(ctx)
		if err != nil {
			return err
		}
		if string(message) == "bye" {
			return conn.Close(websocket.StatusNormalClosure, "bye")
		}
		if err := conn.Write(ctx, kind, message); err != nil {
			return nil
		}
	}
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
