// Package auth lets in only the clients whose token it trusts.
package auth

import (
	"context"
	"log/slog"
	"maps"
	"slices"
	"sync"

	"wslab/server/gateway"
)

// Lobby knows who is here.
type Lobby struct {
	everyone gateway.Emitter

	mu   sync.Mutex
	here map[string]Guest // by socket id
}

// New returns the gateway of a lobby with a door.
func New(everyone gateway.Emitter) gateway.Gateway {
	lobby := &Lobby{everyone: everyone, here: make(map[string]Guest)}
	return gateway.Gateway{
		Authenticate: authenticate,
		OnConnect:    lobby.enter,
		OnDisconnect: lobby.leave,
	}
}

func (l *Lobby) enter(ctx context.Context, socket *gateway.Socket) error {
	guest := Guest{ID: socket.ID(), Name: socket.User().Name}
	slog.InfoContext(ctx, "client connected", "id", guest.ID, "name", guest.Name)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.here[guest.ID] = guest
	if err := Joined.Emit(socket.Broadcast(), guest); err != nil {
		return err
	}
	here := slices.Collect(maps.Values(l.here))
	return Welcome.Emit(socket, Greeting{Guest: guest, Here: here})
}

func (l *Lobby) leave(ctx context.Context, socket *gateway.Socket, why gateway.Disconnect) error {
	slog.InfoContext(ctx, "client disconnected", "id", socket.ID(), "code", why.Code, "reason", why.Reason)
	l.mu.Lock()
	defer l.mu.Unlock()
	guest := l.here[socket.ID()]
	delete(l.here, guest.ID)
	return Left.Emit(l.everyone, Departure{Guest: guest, Code: why.Code, Reason: why.Reason})
}
