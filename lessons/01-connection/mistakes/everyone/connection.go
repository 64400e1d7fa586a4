//go:build mistake

// Welcomes everyone each time somebody connects: whoever is here already is welcomed again.
//
// Rejected by TestNobodyElseHearsTheWelcome: "got: {"event":"welcome""
package connection

import (
	"context"
	"log/slog"

	"wslab/server/gateway"
)

// Welcome is the first event a client receives.
const Welcome gateway.Event[Greeting] = "welcome"

// Greeting tells a client who it is.
type Greeting struct {
	ID string `json:"id"`
}

// New returns a gateway that greets its clients.
func New(everyone gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{OnConnect: greeter{everyone}.greet}
}

type greeter struct{ everyone gateway.Emitter }

func (g greeter) greet(ctx context.Context, socket *gateway.Socket) error {
	slog.InfoContext(ctx, "client connected", "id", socket.ID())
	return Welcome.Emit(g.everyone, Greeting{ID: socket.ID()})
}
