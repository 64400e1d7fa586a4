//go:build mistake

// Welcomes the client before the log line and again after it.
//
// Rejected by TestAClientIsWelcomedOnce: "got: {"event":"welcome""
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
	if err := Welcome.Emit(socket, Greeting{ID: socket.ID()}); err != nil {
		return err
	}
	slog.InfoContext(ctx, "client connected", "id", socket.ID())
	return Welcome.Emit(socket, Greeting{ID: socket.ID()})
}
