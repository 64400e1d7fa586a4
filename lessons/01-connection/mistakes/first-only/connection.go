//go:build mistake

// Remembers that it has greeted, but not whom: only the first client is welcomed.
//
// Rejected by TestEveryClientIsWelcomed: "got: nothing"
package connection

import (
	"context"
	"log/slog"
	"sync/atomic"

	"wslab/server/gateway"
)

// Welcome is the first event a client receives.
const Welcome gateway.Event[Greeting] = "welcome"

// Greeting tells a client who it is.
type Greeting struct {
	ID string `json:"id"`
}

// New returns a gateway that greets its clients.
var greeted atomic.Bool

func New(gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{OnConnect: greet}
}

func greet(ctx context.Context, socket *gateway.Socket) error {
	slog.InfoContext(ctx, "client connected", "id", socket.ID())
	if greeted.Swap(true) {
		return nil
	}
	return Welcome.Emit(socket, Greeting{ID: socket.ID()})
}
