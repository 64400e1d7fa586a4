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
	message := Message{From: socket.User().Name, Text: line.Text, Server: c.server, At: time.Now()}
	id := fmt.Sprintf("%q %q", message.From, line.Key) // two people may choose one key
	offset, err := c.log.Publish(ctx, broker.Message{ID: id, Data: encode(message)})
	if err != nil {
		return Receipt{}, refusal(ctx, err)
	}
	return Receipt{Offset: offset}, nil
}

// follow tells everyone here what the log holds after an offset, until ctx ends.
func (c *Chat) follow(ctx context.Context, after uint64) error {
	return c.log.Read(ctx, after, func(entry broker.Stored) error {
		if message, err := decode(entry); err == nil {
			return Said.Emit(c.everyone, message)
		}
		return nil // whoever wrote it: what comes after it counts
	})
}

// missed answers with what the log holds after an offset, at most a page of it.
func (c *Chat) missed(ctx context.Context, _ *gateway.Socket, heard Position) ([]Message, error) {
	last, err := c.log.Last(ctx)
	if err != nil {
		return nil, refusal(ctx, err)
	}
	list := []Message{}
	if heard.Offset == last {
		return list, nil
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
