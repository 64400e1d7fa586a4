//go:build !js

package client

import (
	"context"

	"wslab/server/transport"
	"wslab/server/transport/ws"
)

func dial(ctx context.Context, url string, subprotocols []string) (transport.Conn, error) {
	return ws.Dial(ctx, url, ws.DialOptions{Subprotocols: subprotocols})
}
