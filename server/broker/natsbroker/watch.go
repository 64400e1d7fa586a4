package natsbroker

import (
	"bytes"
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"wslab/server/broker/internal/roster"
)

// watching is one Watch. Each visit begins with everything that is there; what the watcher has been
// told is kept across visits, so that it hears only differences.
type watching struct {
	broker  *Broker
	changed func(id string, data []byte)

	mu      sync.Mutex
	closed  bool
	roster  *roster.Roster
	shown   map[string][]byte
	pending uint64 // of what was there when the visit began
	synced  bool   // all of it has come, in this visit
	told    bool   // and once before: the watcher has heard of the end
	grace   time.Time
	missing map[string]bool // who is gone, unless back when the grace ends
	dead    []string        // leases that had no heartbeat at the last sweep
}

// Watch implements broker.Presence. Members whose node is gone are removed from the bucket by whoever
// watches, two timeouts later.
func (b *Broker) Watch(ctx context.Context, changed func(id string, data []byte)) error {
	w := &watching{broker: b, changed: changed, shown: map[string][]byte{}, missing: map[string]bool{}}
	sweep, stop := context.WithCancel(ctx)
	var sweeper sync.WaitGroup
	sweeper.Go(func() { w.sweep(sweep) })
	defer sweeper.Wait()
	defer stop()
	defer w.close()
	for {
		err := b.consume(ctx, visit{
			stream:  b.bucketStream(),
			config:  jetstream.ConsumerConfig{DeliverPolicy: jetstream.DeliverLastPerSubjectPolicy, FilterSubject: b.keyPrefix() + ">"},
			begin:   w.begin,
			deliver: w.next,
		})
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case permanent(err) != nil:
			return permanent(err)
		}
		b.config.Log.Debug("nats: watching anew", "err", err)
		sleep(ctx, pauseMin)
	}
}

func (w *watching) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.closed = true
}

func (w *watching) begin(_ *jetstream.StreamInfo, consumer *jetstream.ConsumerInfo) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.roster = roster.New(w.look)
	w.pending, w.synced = consumer.NumPending, false
	if w.pending == 0 {
		w.sync()
	}
	return nil
}

func (w *watching) next(msg jetstream.Msg, meta *jetstream.MsgMetadata) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.apply(strings.TrimPrefix(msg.Subject(), w.broker.keyPrefix()), msg, meta.Sequence.Stream)
	if w.synced {
		return nil
	}
	if w.pending--; w.pending == 0 || meta.NumPending == 0 {
		w.sync()
	}
	return nil
}

func (w *watching) apply(key string, msg jetstream.Msg, revision uint64) {
	lease, id, ok := parseKey(key)
	gone := msg.Headers().Get("KV-Operation") != "" || msg.Headers().Get(jetstream.MarkerReasonHeader) != ""
	switch {
	case !ok: // somebody else's
	case id == "":
		w.roster.Alive(lease, !gone)
	case gone:
		w.roster.Remove(lease, id)
	default:
		w.roster.Put(lease, id, msg.Data(), revision)
	}
}

// sync tells what is there, or after a lost connection what has changed. Then the others may have been
// without NATS, too: who is missing has half a timeout to come back.
func (w *watching) sync() {
	w.synced = true
	if w.told {
		wait := w.broker.config.Timeout / 2
		w.grace = time.Now().Add(wait)
		time.AfterFunc(wait, w.endGrace)
	}
	for _, id := range w.roster.IDs() {
		w.look(id)
	}
	for _, id := range slices.Sorted(maps.Keys(w.shown)) {
		w.look(id)
	}
	if !w.told {
		w.told = true
		w.tell("", nil)
	}
}

// look compares what is with what has been told of a member.
func (w *watching) look(id string) {
	if !w.synced {
		return
	}
	data := w.roster.Data(id)
	before, shown := w.shown[id]
	switch {
	case data == nil && !shown || data != nil && shown && bytes.Equal(data, before):
		delete(w.missing, id)
	case data == nil && time.Now().Before(w.grace):
		w.missing[id] = true
	case data == nil:
		delete(w.shown, id)
		w.tell(id, nil)
	default:
		delete(w.missing, id)
		w.shown[id] = data
		w.tell(id, data)
	}
}

func (w *watching) tell(id string, data []byte) {
	if !w.closed {
		w.changed(id, data)
	}
}

func (w *watching) endGrace() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.closed || !w.synced || time.Now().Before(w.grace) {
		return // a later grace has its own end
	}
	for _, id := range slices.Sorted(maps.Keys(w.missing)) {
		delete(w.missing, id)
		w.look(id)
	}
}

// sweep purges what dead nodes have left, once they have been dead for a whole timeout.
func (w *watching) sweep(ctx context.Context) {
	ticker := time.NewTicker(w.broker.config.Timeout)
	defer ticker.Stop()
	for {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
		for _, lease := range w.longDead() {
			if err := w.broker.purgeMembers(ctx, lease); err != nil {
				w.broker.config.Log.Debug("nats: dead members stay", "err", err)
				continue
			}
			w.mu.Lock()
			w.roster.Forget(lease)
			w.mu.Unlock()
		}
	}
}

// longDead returns the leases that were dead at the sweep before, too.
func (w *watching) longDead() (leases []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.roster == nil || !w.synced {
		return nil
	}
	before := w.dead
	w.dead = w.roster.Dead()
	for _, lease := range w.dead {
		if slices.Contains(before, lease) {
			leases = append(leases, lease)
		}
	}
	return leases
}
