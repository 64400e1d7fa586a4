// Package servers is one of several servers that share a log.
package servers

import (
	"context"

	"wslab/server/broker"
	"wslab/server/gateway"
)

const (
	welcome gateway.Event[string] = "welcome"
	say     gateway.Event[string] = "say"
	said    gateway.Event[string] = "said"
)

func New(server string, log broker.Log, everyone gateway.Emitter) (gateway.Gateway, func(ctx context.Context, after uint64) error) {
	g := gateway.Gateway{
		OnConnect: func(_ context.Context, socket *gateway.Socket) error { return welcome.Emit(socket, server) },
		Events: gateway.Events{
			say.On(func(ctx context.Context, _ *gateway.Socket, text string) error {
				_, err := log.Publish(ctx, broker.Message{Data: []byte(text)})
				return err
			}),
		},
	}
	return g, func(ctx context.Context, after uint64) error {
		return log.Read(ctx, after, func(m broker.Stored) error { return said.Emit(everyone, string(m.Data)) })
	}
}
