//go:build mistake

// Takes no token for a line that is said again, since nobody hears it twice: the server works all the same.
//
// Rejected by TestALineThatIsSaidAgainAndAgainIsAFloodToo: "why the connection ends"
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
	said     string // the message before
}

// again reports whether a client sends the same once more.
func (c *client) again(in *gateway.Packet) bool {
	before := c.said
	c.said = string(in.Data)
	return in.Event == "say" && c.said == before
}

func newClient() *client {
	return &client{messages: Bucket{Size: Burst, PerSecond: Rate}, warnings: Bucket{Size: Warnings, PerSecond: WarningRate}}
}

// limit looks at each message of a client before any handler does, also at one that is no event.
func (c *Chat) limit(next gateway.Handler) gateway.Handler {
	return func(ctx context.Context, socket *gateway.Socket, in *gateway.Packet) (any, error) {
		if in.Size() > MaxMessage {
			return nil, gateway.TooBig
		}
		if from, inside := c.clients.Load(socket.ID()); inside && !from.(*client).again(in) {
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
