//go:build mistake

// Announces a kick to everyone before the connection ends: the one who is thrown out hears it too.
//
// Rejected by TestTheOneWhoLeavesHearsNothingMore: "got: {"event":"left""
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
		Events:       gateway.Events{Kick.On(lobby.kick)},
	}
}

func (l *Lobby) enter(ctx context.Context, socket *gateway.Socket) error {
	slog.InfoContext(ctx, "client connected", "id", socket.ID())
	l.mu.Lock()
	defer l.mu.Unlock()
	l.here[socket.ID()] = true
	here := slices.Sorted(maps.Keys(l.here))
	return Welcome.Emit(socket, Greeting{ID: socket.ID(), Here: here})
}

func (l *Lobby) leave(ctx context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
	slog.InfoContext(ctx, "client disconnected", "id", socket.ID(), "code", why.Code, "reason", why.Reason)
	l.mu.Lock()
	defer l.mu.Unlock()
	if why == gateway.Kicked {
		return nil // told already
	}
	delete(l.here, socket.ID())
	return Left.Emit(l.everyone, Departure{ID: socket.ID(), Code: why.Code, Reason: why.Reason})
}

func (l *Lobby) kick(ctx context.Context, socket *gateway.Socket, _ any) error {
	_ = Left.Emit(l.everyone, Departure{ID: socket.ID(), Code: gateway.Kicked.Code, Reason: gateway.Kicked.Reason})
	return gateway.Kicked
}
