// Package natsbroker is the broker of a cluster of servers on different machines: a stream and a
// key-value bucket of NATS JetStream. [Open] uses a NATS that runs (2.12 or later), [Embedded] runs one
// in this process.
package natsbroker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"wslab/server/broker"
)

// Config says where NATS is and what the cluster keeps there. All nodes of a cluster have the same,
// Node aside.
type Config struct {
	// Servers are URLs, nats://host:port, nats://user:password@host:port, nats://token@host:port or
	// tls://…; any of the cluster will do, the others are learnt.
	Servers []string
	// Name of the cluster: letters, digits, - and _. The stream has this name, its subject is
	// NAME.log, and the bucket is NAME-presence. "wslab" if empty.
	Name string
	// Node names the connection in NATS's own lists; nothing depends on it.
	Node string
	// Replicas of each message: 1, 3 or 5, and at most as many as NATS has servers. 0 leaves them as they are, which
	// at first is 1.
	Replicas int
	// MaxBytes and MaxAge bound the log; the oldest messages go first. 256 MiB and 24 h if zero;
	// MaxAge is at least broker.Window.
	MaxBytes int64
	MaxAge   time.Duration
	// Timeout is within what a lost node's members vanish: broker.Timeout if zero, at least 3 s.
	Timeout time.Duration
	// Log hears of lost connections; nil is silent.
	Log *slog.Logger
}

const (
	patience = 2 * time.Second       // for one answer, before asking again
	pauseMin = 20 * time.Millisecond // between two attempts, doubled each time
	pauseMax = 250 * time.Millisecond
)

var nameFormat = regexp.MustCompile(`^[A-Za-z0-9_-]{1,64}$`)

// errClosed is said of everything after Close.
var errClosed = errors.New("natsbroker: closed")

// Broker is this node's access to the cluster. It implements broker.Broker.
type Broker struct {
	config Config
	nc     *nats.Conn
	js     jetstream.JetStream

	lease *lease
	stop  context.CancelFunc
	tasks sync.WaitGroup

	mu   sync.Mutex
	lost chan struct{} // closed when the connection that there is now is lost
}

var _ broker.Broker = (*Broker)(nil)

// Open connects and makes the stream and the bucket, or adapts them to the configuration. It tries
// until ctx ends. The node counts as present until [Broker.Close].
func Open(ctx context.Context, config Config) (*Broker, error) {
	config, err := complete(config)
	if err != nil {
		return nil, err
	}
	b := &Broker{config: config, lost: make(chan struct{})}
	if err := b.connect(ctx); err != nil {
		return nil, err
	}
	if err := b.retry(ctx, "open", b.makeStreams); err != nil {
		b.nc.Close()
		return nil, err
	}
	b.lease = newLease(b)
	life, stop := context.WithCancel(context.WithoutCancel(ctx))
	b.stop = stop
	if err := b.retry(ctx, "open", b.lease.beat); err != nil {
		b.stop()
		b.nc.Close()
		return nil, err
	}
	b.tasks.Go(func() { b.lease.keep(life) })
	return b, nil
}

// Close takes this node's members out of the cluster, if NATS can be reached within ctx, and ends all
// calls.
func (b *Broker) Close(ctx context.Context) error {
	b.stop()
	b.tasks.Wait()
	err := b.lease.end(ctx)
	b.nc.Close()
	return err
}

func complete(c Config) (Config, error) {
	if c.Name == "" {
		c.Name = "wslab"
	}
	if !nameFormat.MatchString(c.Name) {
		return c, fmt.Errorf("natsbroker: name %q: use 1 to 64 letters, digits, - and _", c.Name)
	}
	if len(c.Servers) == 0 {
		return c, errors.New("natsbroker: no servers: give at least one URL")
	}
	if c.MaxAge == 0 {
		c.MaxAge = 24 * time.Hour
	}
	if c.MaxBytes == 0 {
		c.MaxBytes = 256 << 20
	}
	if c.Timeout == 0 {
		c.Timeout = broker.Timeout
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.MaxAge = max(broker.Window, c.MaxAge)
	c.Timeout = max(3*time.Second, c.Timeout)
	return c, nil
}

func (b *Broker) connect(ctx context.Context) error {
	return b.retry(ctx, "connect", func(context.Context) (err error) {
		b.nc, err = nats.Connect(strings.Join(b.config.Servers, ","),
			nats.Name(b.config.Node),
			nats.Timeout(patience),
			nats.MaxReconnects(-1), nats.ReconnectWait(pauseMin), nats.ReconnectJitter(pauseMax, pauseMax),
			nats.ReconnectBufSize(-1), // what cannot be sent now is published again, in order
			nats.PingInterval(5*time.Second), nats.MaxPingsOutstanding(2),
			nats.DisconnectErrHandler(b.disconnected),
			nats.ReconnectHandler(func(*nats.Conn) { b.config.Log.Info("nats: connected again") }),
			nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { b.config.Log.Debug("nats", "err", err) }),
		)
		if err != nil {
			return err
		}
		b.js, err = jetstream.New(b.nc)
		return err
	})
}

func (b *Broker) disconnected(_ *nats.Conn, err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	close(b.lost)
	b.lost = make(chan struct{})
	if err != nil {
		b.config.Log.Warn("nats: connection lost", "err", err)
	}
}

// whileConnected returns a context that ends with the connection of now.
func (b *Broker) whileConnected(ctx context.Context) (context.Context, context.CancelFunc) {
	b.mu.Lock()
	lost := b.lost
	b.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	go func() {
		select {
		case <-lost:
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, cancel
}

func (b *Broker) logSubject() string { return b.config.Name + ".log" }

func (b *Broker) makeStreams(ctx context.Context) error {
	if err := b.askReplicas(ctx); err != nil {
		return err
	}
	_, err := b.js.CreateOrUpdateStream(ctx, jetstream.StreamConfig{
		Name:     b.config.Name,
		Subjects: []string{b.logSubject()},
		Storage:  jetstream.FileStorage, Replicas: b.config.Replicas,
		MaxBytes: b.config.MaxBytes, MaxAge: b.config.MaxAge, Discard: jetstream.DiscardOld,
		Duplicates:         broker.Window,
		AllowAtomicPublish: true,
	})
	if err != nil {
		return err
	}
	_, err = b.js.CreateOrUpdateKeyValue(ctx, jetstream.KeyValueConfig{
		Bucket: b.bucket(), Replicas: b.config.Replicas, LimitMarkerTTL: b.config.Timeout,
	})
	return err
}

// askReplicas finds out how many replicas there are, where the configuration leaves it.
func (b *Broker) askReplicas(ctx context.Context) error {
	if b.config.Replicas > 0 {
		return nil
	}
	stream, err := b.js.Stream(ctx, b.config.Name)
	switch {
	case errors.Is(err, jetstream.ErrStreamNotFound):
		b.config.Replicas = 1
	case err != nil:
		return err
	default:
		b.config.Replicas = stream.CachedInfo().Config.Replicas
	}
	return nil
}

// Last implements broker.Log.
func (b *Broker) Last(ctx context.Context) (last uint64, err error) {
	err = b.retry(ctx, "last", func(ctx context.Context) error {
		stream, err := b.js.Stream(ctx, b.config.Name)
		if err == nil {
			last = stream.CachedInfo().State.LastSeq
		}
		return err
	})
	return last, err
}
