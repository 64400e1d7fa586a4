package natsbroker

import (
	"context"
	"crypto/rand"
	"errors"

	"github.com/nats-io/nats.go/jetstream"
)

// Secret returns 32 random bytes that all nodes of the cluster share, and nobody else who may not connect to NATS.
// The first node makes them.
func (b *Broker) Secret(ctx context.Context) (secret []byte, err error) {
	const key = "secret"
	err = b.retry(ctx, "secret", func(ctx context.Context) error {
		bucket, err := b.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: b.config.Name + "-secret", Replicas: b.config.Replicas,
		})
		if err != nil {
			return err
		}
		fresh := make([]byte, 32)
		_, _ = rand.Read(fresh) // it never fails
		if _, err := bucket.Create(ctx, key, fresh); err != nil && !errors.Is(err, jetstream.ErrKeyExists) {
			return err
		}
		entry, err := bucket.Get(ctx, key)
		if err == nil {
			secret = entry.Value()
		}
		return err
	})
	return secret, err
}
