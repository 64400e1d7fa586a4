//go:build mistake

// Makes one greeting and gives it to all: every client after the first learns another one's id.
//
// Rejected by TestTheWelcomeCarriesTheClientsOwnID: "the id in the welcome is that of the client's own socket"
package connection

import (
	"context"
	"log/slog"
	"sync"

	"wslab/server/gateway"
)

// Welcome is the first event a client receives.
const Welcome gateway.Event[Greeting] = "welcome"

// Greeting tells a client who it is.
type Greeting struct {
	ID string `json:"id"`
}

// New returns a gateway that greets its clients.
var (
	once  sync.Once
	first Greeting
)

func New(gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{OnConnect: greet}
}

func greet(ctx context.Context, socket *gateway.Socket) error {
	slog.InfoContext(ctx, "client connected", "id", socket.ID())
	once.Do(func() { first = Greeting{ID: socket.ID()} })
	return Welcome.Emit(socket, first)
}
