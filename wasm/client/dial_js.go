package client

import (
	"context"

	"wslab/server/transport"
	"wslab/server/transport/browser"
)

func dial(ctx context.Context, url string, subprotocols []string) (transport.Conn, error) {
	return browser.Dial(ctx, url, subprotocols)
}
