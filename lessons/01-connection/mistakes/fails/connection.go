//go:build mistake

// Reports the greeting as an error, as if a handler had to return something: the socket is ended.
//
// Rejected by TestAClientIsWelcomedOnce: "got: {"event":"exception""
package connection

import (
	"context"
	"fmt"
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
	slog.InfoContext(ctx, "client connected", "id", socket.ID())
	if err := Welcome.Emit(socket, Greeting{ID: socket.ID()}); err != nil {
		return err
	}
	return fmt.Errorf("client %s is connected", socket.ID())
}
