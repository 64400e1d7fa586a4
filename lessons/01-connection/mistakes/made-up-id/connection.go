//go:build mistake

// Numbers the clients itself. The numbers differ, but no other part of the program knows them.
//
// Rejected by TestTheWelcomeCarriesTheClientsOwnID: "the id in the welcome is that of the client's own socket"
package connection

import (
	"context"
	"log/slog"
	"strconv"
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
var count atomic.Int64

func New(gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{OnConnect: greet}
}

func greet(ctx context.Context, socket *gateway.Socket) error {
	slog.InfoContext(ctx, "client connected", "id", socket.ID())
	return Welcome.Emit(socket, Greeting{ID: strconv.FormatInt(count.Add(1), 10)})
}
