package natsbroker

import (
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// lease is what makes this node's members count. Who lost it takes a new one, under which all its
// members are set again: so it does not matter what the others did to the old one meanwhile.
type lease struct {
	broker *Broker
	expiry time.Duration

	mu       sync.Mutex
	id       string
	revision uint64 // of the last heartbeat; 0 before the first
	members  map[string][]byte
}

func newLease(b *Broker) *lease {
	// NATS expires keys to the second; one is left for telling it.
	expiry := (b.config.Timeout - 2*time.Second).Truncate(time.Second)
	return &lease{broker: b, expiry: expiry, id: nuid.Next(), members: map[string][]byte{}}
}

// keep renews the lease until ctx ends.
func (l *lease) keep(ctx context.Context) {
	beat := time.NewTicker(l.expiry / 4)
	defer beat.Stop()
	for {
		select {
		case <-beat.C:
		case <-ctx.Done():
			return
		}
		err := l.broker.retry(ctx, "heartbeat", func(once context.Context) error {
			if err := l.beat(once); !wrongRevision(err) {
				return err
			}
			return l.replace(ctx)
		})
		if err != nil && ctx.Err() == nil {
			l.broker.config.Log.Warn("nats: presence stopped", "err", err)
			return
		}
	}
}

// beat renews the lease. NATS refuses where it has expired, for its end is a revision, too.
func (l *lease) beat(ctx context.Context) error {
	l.mu.Lock()
	id, revision := l.id, l.revision
	l.mu.Unlock()
	revision, err := l.renew(ctx, id, revision)
	if err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.revision = revision
	return nil
}

func (l *lease) renew(ctx context.Context, id string, revision uint64) (uint64, error) {
	msg := nats.NewMsg(l.broker.keyPrefix() + nodeKey + id)
	msg.Data = []byte(l.broker.config.Node)
	ack, err := l.broker.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0),
		jetstream.WithMsgTTL(l.expiry), jetstream.WithExpectLastSequencePerSubject(revision))
	if err != nil {
		return 0, err
	}
	return ack.Sequence, nil
}

// replace takes a new lease. The old one ends when all members are under the new one, so that others,
// if the old one still counts, see none of them go.
func (l *lease) replace(ctx context.Context) error {
	const some = 256 // members between two heartbeats
	old, members := l.begin()
	l.broker.config.Log.Warn("nats: this node was given up, and is back", "members", len(members))
	for some := range slices.Chunk(members, some) {
		if err := l.attempt(ctx, l.beat); err != nil {
			return err
		}
		if err := l.attempt(ctx, func(ctx context.Context) error { return l.restore(ctx, some) }); err != nil {
			l.fail()
			return err
		}
	}
	return l.attempt(ctx, func(ctx context.Context) error {
		if err := l.beat(ctx); err != nil {
			return err
		}
		return l.broker.purge(ctx, nodeKey+old)
	})
}

// begin changes to a lease that nobody has heard of.
func (l *lease) begin() (old string, members []string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	old, l.id, l.revision = l.id, nuid.Next(), 0
	return old, slices.Collect(maps.Keys(l.members))
}

// fail makes the next heartbeat take another lease: not all members are under this one.
func (l *lease) fail() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.revision = 0 // the heartbeat that is there refuses to be the first
}

func (l *lease) attempt(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	return do(ctx)
}

// restore sets members under a new lease, unless Set or Delete have been there in the meantime.
func (l *lease) restore(ctx context.Context, members []string) error {
	futures := map[string]jetstream.PubAckFuture{}
	for _, member := range members {
		data, lease := l.member(member)
		if data == nil {
			continue
		}
		msg := nats.NewMsg(l.broker.keyPrefix() + memberOf(lease, member))
		msg.Data = data
		future, err := l.broker.js.PublishMsgAsync(msg, jetstream.WithExpectLastSequencePerSubject(0))
		if err != nil {
			return err
		}
		futures[member] = future
	}
	for member, future := range futures {
		if err := l.restored(ctx, member, future); err != nil {
			return err
		}
	}
	return nil
}

func (l *lease) restored(ctx context.Context, member string, future jetstream.PubAckFuture) error {
	select {
	case <-future.Ok():
	case err := <-future.Err():
		if !wrongRevision(err) {
			return err
		}
	case <-ctx.Done():
		return ctx.Err()
	}
	if data, lease := l.member(member); data == nil {
		return l.broker.purge(ctx, memberOf(lease, member))
	}
	return nil
}

// member returns what a member is set to, nil if it is not, and the lease of now.
func (l *lease) member(id string) (data []byte, lease string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.members[id], l.id
}

// end takes the node out of the cluster: its heartbeat first, so that it goes at once.
func (l *lease) end(ctx context.Context) error {
	id := l.current()
	return l.broker.retry(ctx, "leave", func(ctx context.Context) error {
		if err := l.broker.purge(ctx, nodeKey+id); err != nil {
			return err
		}
		return l.broker.purgeMembers(ctx, id)
	})
}

func (l *lease) current() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.id
}

func wrongRevision(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence
}
