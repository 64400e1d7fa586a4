//go:build mistake

// Takes the key alone for an ID: of two people who choose the same, only the first is heard.
//
// Rejected by TestTwoPeopleMayChooseOneKey: "expected: the event "message" got: nothing"
package scaling

import (
	"context"
	"errors"
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
	offset, err := c.log.Publish(ctx, broker.Message{ID: line.Key, Data: encode(message)})
	if err != nil {
		return Receipt{}, refusal(ctx, err)
	}
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
