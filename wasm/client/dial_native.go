//go:build !js

package client

import (
	"context"

	"wslab/server/protocol/engineio"
	"wslab/server/transport"
	"wslab/server/transport/polling"
	"wslab/server/transport/ws"
)

func dial(ctx context.Context, url string, subprotocols []string) (transport.Conn, error) {
	return ws.Dial(ctx, url, ws.DialOptions{Subprotocols: subprotocols})
}

var network = engineio.Network{
	WebSocket: func(ctx context.Context, address string) (transport.Conn, error) { return dial(ctx, address, nil) },
	Request:   polling.Request,
}
