//go:build mistake

// Logs that somebody connected, but not who: two such lines cannot be told apart.
//
// Rejected by TestTheConnectionIsLogged: "the log says to whom"
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
func New(gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{OnConnect: greet}
}

func greet(ctx context.Context, socket *gateway.Socket) error {
	slog.InfoContext(ctx, "client connected")
	return Welcome.Emit(socket, Greeting{ID: socket.ID()})
}
