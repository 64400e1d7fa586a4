//go:build mistake

// Acknowledges a message that the log has not stored.
//
// Rejected by TestWhatIsNotStoredIsRefused: "expected: "unavailable" actual : "answered""
package scaling

import (
	"context"
	"errors"
	"fmt"
	"time"

	"wslab/server/broker"
	"wslab/server/gateway"
)

// say stores what a client says, and answers once it is stored.
func (c *Chat) say(ctx context.Context, socket *gateway.Socket, line Line) (Receipt, error) {
	if err := line.check(); err != nil {
		return Receipt{}, err
	}
	from := socket.User().Name
	message := Message{From: from, Text: line.Text, Server: c.server, At: time.Now()}
	id := fmt.Sprintf("%q %q", from, line.Key) // two people may choose one key
	offset, _ := c.log.Publish(ctx, broker.Message{ID: id, Data: encode(message)})
	return Receipt{Offset: offset}, nil
}

// follow tells everyone here what the log holds after an offset, until ctx ends.
func (c *Chat) follow(ctx context.Context, after uint64) error {
	return c.log.Read(ctx, after, func(entry broker.Stored) error {
		message, err := decode(entry)
		if err != nil {
			return nil // whoever wrote it: what comes after it counts
		}
		return Said.Emit(c.everyone, message)
	})
}

// missed answers with what the log holds after an offset, at most a page of it.
func (c *Chat) missed(ctx context.Context, _ *gateway.Socket, heard Position) ([]Message, error) {
	list := []Message{}
	last, err := c.log.Last(ctx)
	if err != nil || heard.Offset == last {
		return list, err
	}
	err = c.log.Read(ctx, heard.Offset, func(entry broker.Stored) error {
		if message, err := decode(entry); err == nil {
			list = append(list, message)
		}
		if entry.Offset >= last || len(list) == page {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		return list, nil
	}
	return nil, refusal(ctx, err)
}
