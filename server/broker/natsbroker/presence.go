package natsbroker

import (
	"context"
	"encoding/base64"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"wslab/server/broker"
)

// The bucket has two kinds of keys. node.LEASE is the heartbeat of a node: it expires unless renewed.
// member.LEASE.ID is a member, there for the others as long as its lease lives. IDs are base64url, for
// keys of NATS have no spaces, dots or wildcards to spare.
const (
	nodeKey   = "node."
	memberKey = "member."
)

func (b *Broker) bucket() string       { return b.config.Name + "-presence" }
func (b *Broker) bucketStream() string { return "KV_" + b.bucket() }
func (b *Broker) keyPrefix() string    { return "$KV." + b.bucket() + "." }

func memberOf(lease, id string) string {
	return memberKey + lease + "." + base64.RawURLEncoding.EncodeToString([]byte(id))
}

// parseKey returns whose key it is; id is "" for a heartbeat. What is no key of ours is not ok.
func parseKey(key string) (lease, id string, ok bool) {
	if lease, ok := strings.CutPrefix(key, nodeKey); ok {
		return lease, "", lease != "" && !strings.Contains(lease, ".")
	}
	rest, ok := strings.CutPrefix(key, memberKey)
	if !ok {
		return "", "", false
	}
	lease, encoded, _ := strings.Cut(rest, ".")
	decoded, err := base64.RawURLEncoding.DecodeString(encoded)
	if err != nil || lease == "" || len(decoded) == 0 {
		return "", "", false
	}
	id = string(decoded)
	return lease, id, key == memberOf(lease, id) // base64 has several spellings
}

// Set implements broker.Presence.
func (b *Broker) Set(ctx context.Context, id string, data []byte) error {
	if id == "" || len(id) > broker.MaxID {
		return broker.ErrID
	}
	l := b.lease
	l.mu.Lock()
	l.members[id] = append([]byte{}, data...)
	l.mu.Unlock()
	return b.retry(ctx, fmt.Sprintf("set %q", id), func(ctx context.Context) error {
		msg := nats.NewMsg(b.keyPrefix() + memberOf(l.current(), id))
		msg.Data = data
		_, err := b.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0))
		return err
	})
}

// Delete implements broker.Presence.
func (b *Broker) Delete(ctx context.Context, id string) error {
	if id == "" || len(id) > broker.MaxID {
		return broker.ErrID
	}
	l := b.lease
	l.mu.Lock()
	delete(l.members, id)
	l.mu.Unlock()
	return b.retry(ctx, fmt.Sprintf("delete %q", id), func(ctx context.Context) error {
		return b.purge(ctx, memberOf(l.current(), id))
	})
}

// purge deletes a key. The mark that it leaves for watchers goes by itself.
func (b *Broker) purge(ctx context.Context, key string) error {
	msg := nats.NewMsg(b.keyPrefix() + key)
	msg.Header.Set("KV-Operation", "PURGE")
	msg.Header.Set(jetstream.MsgRollup, jetstream.MsgRollupSubject)
	_, err := b.js.PublishMsg(ctx, msg, jetstream.WithRetryAttempts(0), jetstream.WithMsgTTL(b.config.Timeout))
	return err
}

// purgeMembers removes all members of a lease that has ended, without marks.
func (b *Broker) purgeMembers(ctx context.Context, lease string) error {
	stream, err := b.js.Stream(ctx, b.bucketStream())
	if err != nil {
		return err
	}
	return stream.Purge(ctx, jetstream.WithPurgeSubject(b.keyPrefix()+memberKey+lease+".>"))
}
