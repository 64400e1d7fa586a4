package ws

import (
	"context"
	"fmt"
	"net/http"

	"github.com/coder/websocket"

	"wslab/server/transport"
)

// DialOptions configure Dial.
type DialOptions struct {
	Header       http.Header // natively only: no browser can set a header on a WebSocket
	Subprotocols []string
}

// Dial opens a WebSocket at a ws:// or wss:// address. Where the server refuses, the error names its
// HTTP status.
func Dial(ctx context.Context, url string, o DialOptions) (transport.Conn, error) {
	ws, resp, err := websocket.Dial(ctx, url, &websocket.DialOptions{HTTPHeader: o.Header, Subprotocols: o.Subprotocols})
	if err != nil {
		if resp != nil && resp.StatusCode != http.StatusSwitchingProtocols {
			return nil, &Refused{Status: resp.StatusCode}
		}
		return nil, err
	}
	ws.SetReadLimit(-1)
	return &conn{ws: ws, readLimit: 64 << 20}, nil
}

// Refused is an HTTP answer other than 101 Switching Protocols.
type Refused struct {
	Status int
}

func (r *Refused) Error() string {
	return fmt.Sprintf("the server refused the WebSocket: %d %s", r.Status, http.StatusText(r.Status))
}
