//go:build mistake

// Takes no token for "resume", by which nobody says anything: each is answered with up to 20 messages.
//
// Rejected by TestWhoResumesAgainAndAgainIsEnded: "why the connection ends"
package limits

import (
	"context"
	"net/netip"
	"time"

	"wslab/server/gateway"
)

// A Bucket is full at first. It holds Size tokens at most, and gets PerSecond new ones in a second.
type Bucket struct {
	Size, PerSecond float64

	tokens float64
	at     time.Time // tokens is as of then
}

// A client is what is kept of one that has a place: its own two buckets.
type client struct {
	messages Bucket // a token for each message
	warnings Bucket // a token for each message that is refused
}

func newClient() *client {
	return &client{Bucket{Size: Burst, PerSecond: Rate}, Bucket{Size: Warnings, PerSecond: WarningRate}}
}

// limit looks at each message of a client before any handler does, also at one that is no event.
func (c *Chat) limit(next gateway.Handler) gateway.Handler {
	return func(ctx context.Context, socket *gateway.Socket, in *gateway.Packet) (any, error) {
		if in.Size() > MaxMessage {
			return nil, gateway.TooBig
		}
		if from, inside := c.clients.Load(socket.ID()); inside && in.Event != "resume" {
			if err := judge(from.(*client), time.Now()); err != nil {
				return nil, err
			}
		}
		return next(ctx, socket, in)
	}
}

// addressOf says where a client is: an address without its port, or a network of IPv6, since whoever has one address
// there has 2^64.
func addressOf(socket *gateway.Socket) string {
	remote, err := netip.ParseAddrPort(socket.User().Remote)
	if err != nil { // in memory there is none
		return socket.User().Remote
	}
	addr := remote.Addr().Unmap()
	if addr.Is4() {
		return addr.String()
	}
	network, _ := addr.Prefix(64) // which every address of IPv6 has
	return network.String()
}
