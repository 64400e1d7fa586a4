package scaling

import (
	"context"
	"time"

	"wslab/server/gateway"
)

// say stores what a client says, and answers once it is stored.
func (c *Chat) say(ctx context.Context, socket *gateway.Socket, line Line) (Receipt, error) {
	if err := line.check(); err != nil {
		return Receipt{}, err
	}
	from := socket.User().Name
	message := Message{From: from, Text: line.Text, Server: c.server, At: time.Now()}
	// TODO 1: whoever is connected to another server does not hear this. Publish the message to c.log
	// instead, under an id that is the same whenever this person says it again. Answer with its offset
	// once it is stored, and with refusal(ctx, err) where it is not.
	return Receipt{}, Said.Emit(c.everyone, message)
}

// follow tells everyone here what the log holds after an offset, until ctx ends.
func (c *Chat) follow(ctx context.Context, after uint64) error {
	// TODO 2: read c.log, and emit each of its messages to c.everyone. What cannot be decoded is skipped.
	<-ctx.Done()
	return ctx.Err()
}

// missed answers with what the log holds after an offset, at most a page of it.
func (c *Chat) missed(ctx context.Context, _ *gateway.Socket, heard Position) ([]Message, error) {
	// TODO 3: read c.log after heard.Offset. Return errEnough from within where the list has a page, or the
	// log has no more: else Read waits for what comes next.
	return []Message{}, nil
}
