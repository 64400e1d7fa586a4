package natsbroker

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"

	"wslab/server/broker"
)

// What goes into one batch; JetStream takes at most 1000 messages.
const (
	batchMessages = 256
	batchBytes    = 4 << 20
)

// JetStream's protocol of atomic batches (ADR-50), and its answer to one that repeats a message.
const (
	batchID       = "Nats-Batch-Id"
	batchSequence = "Nats-Batch-Sequence"
	batchCommit   = "Nats-Batch-Commit"

	codeRepeatsMessage jetstream.ErrorCode = 10201
)

// headers is more than what NATS's own headers and a message ID take of a message's size.
const headers = 512

// errWindow is why Publish stops although its context lasts.
var errWindow = fmt.Errorf("gave up before publishing again could store twice (%v)", broker.Window)

// Publish implements broker.Log. Several messages go out together, as atomic batches of up to 256
// messages or 4 MiB: a batch is stored as a whole, or not at all. With one replica a batch waits for
// the disk (some milliseconds), which a single message does not. IDs are at most 256 bytes.
func (b *Broker) Publish(ctx context.Context, messages ...broker.Message) (last uint64, err error) {
	if len(messages) == 0 {
		return b.Last(ctx)
	}
	messages, err = b.identified(messages)
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, broker.Window*3/4, errWindow)
	defer cancel()
	for len(messages) > 0 {
		n := fits(messages)
		err = b.retry(ctx, "publish", func(ctx context.Context) (err error) {
			last, err = b.publish(ctx, messages[:n])
			return err
		})
		if err != nil {
			return 0, err
		}
		messages = messages[n:]
	}
	return last, nil
}

// identified gives every message an ID, so that all attempts together store it once.
func (b *Broker) identified(messages []broker.Message) ([]broker.Message, error) {
	all := make([]broker.Message, len(messages))
	for i, m := range messages {
		if int64(len(m.Data)+headers) > b.nc.MaxPayload() {
			return nil, fmt.Errorf("natsbroker: publish: %w: %d bytes, NATS takes %d", broker.ErrTooLarge, len(m.Data), b.nc.MaxPayload()-headers)
		}
		if len(m.ID) > 256 {
			return nil, fmt.Errorf("natsbroker: publish: an ID of %d bytes; use at most 256", len(m.ID))
		}
		if m.ID == "" {
			m.ID = nuid.Next()
		}
		all[i] = m
	}
	return all, nil
}

// fits returns how many messages make one batch.
func fits(messages []broker.Message) int {
	size := 0
	for i, m := range messages {
		if size += len(m.Data); i > 0 && (i == batchMessages || size > batchBytes) {
			return i
		}
	}
	return len(messages)
}

func (b *Broker) publish(ctx context.Context, messages []broker.Message) (last uint64, err error) {
	if len(messages) > 1 {
		last, err = b.publishBatch(ctx, messages)
		if !repeats(err) {
			return last, err
		}
	}
	// Some of a batch are stored already: the others follow one after the other.
	for _, m := range messages {
		if last, err = b.commit(ctx, b.message(m)); err != nil {
			return 0, err
		}
	}
	return last, nil
}

// publishBatch sends messages without waiting in between; the answer to the last is for all. Without
// a batch, a change of leader in the middle would lose some and store what follows them.
func (b *Broker) publishBatch(ctx context.Context, messages []broker.Message) (last uint64, err error) {
	id := nuid.Next()
	for i, m := range messages {
		msg := b.message(m)
		msg.Header.Set(batchID, id)
		msg.Header.Set(batchSequence, strconv.Itoa(i+1))
		if i == len(messages)-1 {
			msg.Header.Set(batchCommit, "1")
			return b.commit(ctx, msg)
		}
		if err := b.nc.PublishMsg(msg); err != nil {
			return 0, err
		}
	}
	return 0, nil
}

func (b *Broker) message(m broker.Message) *nats.Msg {
	msg := nats.NewMsg(b.logSubject())
	msg.Header.Set(jetstream.MsgIDHeader, m.ID)
	msg.Data = m.Data
	return msg
}

func (b *Broker) commit(ctx context.Context, msg *nats.Msg) (uint64, error) {
	ack, err := b.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0))
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

func repeats(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == codeRepeatsMessage
}
