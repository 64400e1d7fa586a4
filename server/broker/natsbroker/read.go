package natsbroker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"wslab/server/broker"
)

const (
	heartbeat = time.Second      // a server that is silent for two of them is gone
	expiry    = 10 * time.Second // of a request for messages; the next follows by itself
	inactive  = 15 * time.Second // after which the server drops a consumer that nobody asks
)

var (
	errGap    = errors.New("a message was lost on its way")
	errBehind = errors.New("the server knows less than has been read")
)

// reading is one Read. It consists of visits: each has a consumer of its own, which begins after what
// has been delivered, and lasts until anything goes wrong. So there is one way to go on, for lost
// connections, dead servers and lost messages alike.
type reading struct {
	broker  *Broker
	after   uint64
	deliver func(broker.Stored) error
	fresh   bool // nothing has come in this visit yet
	failed  error
	behind  int
	created time.Time // the stream's birth: a later one means that the log was lost
}

// Read implements broker.Log.
func (b *Broker) Read(ctx context.Context, after uint64, deliver func(broker.Stored) error) error {
	r := &reading{broker: b, after: after, deliver: deliver}
	wait := pauseMin
	for {
		before := r.after
		err := r.visit(ctx)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case r.failed != nil:
			return r.failed
		case permanent(err) != nil:
			return permanent(err)
		case r.after > before:
			wait = pauseMin
		}
		b.config.Log.Debug("nats: reading anew", "after", r.after, "err", err)
		sleep(ctx, wait)
		wait = min(2*wait, pauseMax)
	}
}

func (r *reading) visit(ctx context.Context) error {
	r.fresh = true
	return r.broker.consume(ctx, visit{
		stream:  r.broker.config.Name,
		config:  jetstream.ConsumerConfig{DeliverPolicy: jetstream.DeliverByStartSequencePolicy, OptStartSeq: r.after + 1},
		begin:   r.begin,
		deliver: r.next,
	})
}

// begin compares the log with what has been read of it.
func (r *reading) begin(stream *jetstream.StreamInfo, _ *jetstream.ConsumerInfo) error {
	const often = 4 // a new leader may know less for a moment
	if r.created.IsZero() {
		r.created = stream.Created
	}
	switch {
	case !stream.Created.Equal(r.created):
		r.failed = fmt.Errorf("%w: the log has begun anew", broker.ErrTrimmed)
	case stream.State.FirstSeq > r.after+1:
		r.failed = r.trimmed(stream.State.FirstSeq)
	case stream.State.LastSeq >= r.after:
		r.behind = 0
		return nil
	default:
		if r.behind++; r.behind < often {
			return errBehind
		}
		r.failed = fmt.Errorf("%w: after %d, the newest is %d", broker.ErrTrimmed, r.after, stream.State.LastSeq)
	}
	return r.failed
}

func (r *reading) trimmed(next uint64) error {
	return fmt.Errorf("%w: after %d, the next is %d", broker.ErrTrimmed, r.after, next)
}

// next checks the sequence itself: a hole at the beginning of a visit is one of the log, a later one
// may have come about on the way.
func (r *reading) next(msg jetstream.Msg, meta *jetstream.MsgMetadata) error {
	sequence := meta.Sequence.Stream
	switch {
	case sequence <= r.after:
		return nil
	case sequence > r.after+1 && r.fresh:
		r.failed = r.trimmed(sequence)
		return r.failed
	case sequence > r.after+1:
		return errGap
	}
	r.fresh = false
	if r.failed = r.deliver(broker.Stored{Offset: sequence, Data: msg.Data()}); r.failed != nil {
		return r.failed
	}
	r.after = sequence
	return nil
}

// visit is what consume needs to know.
type visit struct {
	stream  string
	config  jetstream.ConsumerConfig
	begin   func(*jetstream.StreamInfo, *jetstream.ConsumerInfo) error
	deliver func(jetstream.Msg, *jetstream.MsgMetadata) error
}

// consume reads a stream through a consumer that lives as long as the call, which ends with the
// connection, with the consumer's server, or with the first error.
func (b *Broker) consume(ctx context.Context, v visit) error {
	ctx, cancel := b.whileConnected(ctx)
	defer cancel()
	consumer, err := b.createConsumer(ctx, v)
	if err != nil {
		return err
	}
	defer b.discard(v.stream, consumer.CachedInfo().Name)
	messages, err := consumer.Messages(jetstream.PullExpiry(expiry), jetstream.PullHeartbeat(heartbeat))
	if err != nil {
		return err
	}
	defer messages.Stop()
	for {
		msg, err := messages.Next(jetstream.NextContext(ctx))
		if err != nil {
			return err
		}
		meta, err := msg.Metadata()
		if err != nil {
			return err
		}
		if err := v.deliver(msg, meta); err != nil {
			return err
		}
	}
}

func (b *Broker) createConsumer(ctx context.Context, v visit) (jetstream.Consumer, error) {
	if !b.nc.IsConnected() && !b.nc.IsClosed() {
		return nil, nats.ErrDisconnected
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	stream, err := b.js.Stream(ctx, v.stream)
	if err != nil {
		return nil, err
	}
	v.config.AckPolicy, v.config.InactiveThreshold = jetstream.AckNonePolicy, inactive
	v.config.MemoryStorage, v.config.Replicas = true, 1
	consumer, err := stream.CreateConsumer(ctx, v.config)
	if err != nil {
		return nil, err
	}
	if err := v.begin(stream.CachedInfo(), consumer.CachedInfo()); err != nil {
		b.discard(v.stream, consumer.CachedInfo().Name)
		return nil, err
	}
	return consumer, nil
}

// discard spares the server a consumer; where it cannot be reached, the consumer goes by itself.
func (b *Broker) discard(stream, consumer string) {
	if !b.nc.IsConnected() {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience/4)
	defer cancel()
	if err := b.js.DeleteConsumer(ctx, stream, consumer); err != nil {
		b.config.Log.Debug("nats: consumer stays", "err", err)
	}
}
