package client

import (
	"context"

	"wslab/server/protocol/engineio"
	"wslab/server/transport"
	"wslab/server/transport/browser"
)

func dial(ctx context.Context, url string, subprotocols []string) (transport.Conn, error) {
	return browser.Dial(ctx, url, subprotocols)
}

var network = engineio.Network{
	WebSocket: func(ctx context.Context, address string) (transport.Conn, error) { return dial(ctx, address, nil) },
	Request: func(ctx context.Context, method, address string, body []byte) (int, []byte, error) {
		return browser.Fetch(ctx, method, address, engineio.MediaType, body)
	},
}
