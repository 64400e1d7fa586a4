// Package guarded asks who is there.
package guarded

import (
	"context"

	"wslab/server/gateway"
)

func New(gateway.Emitter) gateway.Gateway {
	return gateway.Gateway{
		Authenticate: func(_ context.Context, h gateway.Handshake) (gateway.User, error) {
			if h.Token() != "ABC-123" {
				return gateway.User{}, gateway.Unauthorized
			}
			return gateway.User{ID: "1", Name: h.Name()}, nil
		},
		OnConnect: func(_ context.Context, s *gateway.Socket) error { return s.Emit("welcome", s.User().Name) },
	}
}
