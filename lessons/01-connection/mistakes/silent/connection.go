//go:build mistake

// Welcomes the client and logs nothing: on the server nobody knows who is there.
//
// Rejected by TestTheConnectionIsLogged: "the log says what happened"
package connection

import (
	"context"

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
	return Welcome.Emit(socket, Greeting{ID: socket.ID()})
}
