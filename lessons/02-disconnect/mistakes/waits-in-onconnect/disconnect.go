//go:build mistake

// Waits in OnConnect until the client leaves, as a raw handler does. Events of a socket are handled one
// after the other, so as long as OnConnect runs no event of that client is.
//
// Rejected by TestAClientThatTheServerThrowsOutWasKicked: "got: the connection stays open"
package disconnect

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"wslab/server/gateway"
)

// Lobby knows who is here. Several sockets may come and go at once: mu lets in one at a time.
type Lobby struct {
	everyone gateway.Emitter

	mu   sync.Mutex
	here map[string]bool // by socket id
}

// New returns the gateway of a lobby.
func New(everyone gateway.Emitter) gateway.Gateway {
	lobby := &Lobby{everyone: everyone, here: make(map[string]bool)}
	return gateway.Gateway{
		OnConnect:    lobby.enter,
		OnDisconnect: lobby.leave,
		Events:       gateway.Events{Kick.On(kick)},
	}
}

func (l *Lobby) enter(ctx context.Context, socket *gateway.Socket) error {
	slog.InfoContext(ctx, "client connected", "id", socket.ID())
	l.mu.Lock()
	defer l.mu.Unlock()
	l.here[socket.ID()] = true
	here := slices.Sorted(maps.Keys(l.here))
	err := Welcome.Emit(socket, Greeting{ID: socket.ID(), Here: here})
	l.mu.Unlock()
	<-ctx.Done()
	l.mu.Lock()
	return err
}

func (l *Lobby) leave(ctx context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
	slog.InfoContext(ctx, "client disconnected", "id", socket.ID(), "code", why.Code, "reason", why.Reason)
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.here, socket.ID())
	return Left.Emit(l.everyone, Departure{ID: socket.ID(), Code: why.Code, Reason: why.Reason})
}

// kick ends the connection of whoever asks for it.
func kick(context.Context, *gateway.Socket, any) error { return gateway.Kicked }
