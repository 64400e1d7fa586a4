package cluster

import (
	"context"
	"sync"
	"time"

	"wslab/server/broker"
)

// Roster is who is on which server of a cluster, and what each says of itself.
type Roster struct {
	presence broker.Presence
	life     context.Context
	stop     context.CancelFunc
	tasks    sync.WaitGroup
	complete chan struct{} // closed when changed has heard of all who were there at first

	mu      sync.Mutex
	leaving map[string]*departure
}

// A departure is of somebody who has left, until they are out of the roster.
type departure struct {
	timer *time.Timer
	stop  context.CancelFunc
	over  chan struct{} // closed when it has ended, if the timer has run
}

// lastWord is how long the last word of who has left stands, for the other servers to read.
const lastWord = 5 * time.Second

// NewRoster returns a node's access to the roster. Until [Roster.Close], changed hears of all who come, change and
// go, one at a time: what they say, or nil where they are gone without a last word, with their server.
func NewRoster(presence broker.Presence, changed func(id string, says []byte)) *Roster {
	life, stop := context.WithCancel(context.Background())
	r := &Roster{presence: presence, life: life, stop: stop, complete: make(chan struct{}), leaving: make(map[string]*departure)}
	r.tasks.Go(func() {
		_ = presence.Watch(life, func(id string, says []byte) { // it ends with the context
			if id == "" {
				close(r.complete)
				return
			}
			changed(id, says)
		})
	})
	return r
}

// Complete waits until changed has heard of all who were there already. Until then nobody should be let in.
func (r *Roster) Complete(ctx context.Context) error {
	select {
	case <-r.complete:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// Close ends the roster. Who is in it goes when the broker is closed.
func (r *Roster) Close() {
	r.mu.Lock()
	r.stop() // from here on no departure begins
	r.mu.Unlock()
	r.tasks.Wait()
}

// Enter puts somebody of this server into the roster. Who cannot be put there in time is not there.
func (r *Roster) Enter(ctx context.Context, id string, says []byte) error {
	if err := r.stay(ctx, id); err != nil {
		return err
	}
	err := r.presence.Set(ctx, id, says)
	if err != nil {
		r.depart(id, 0) // it may have been stored nevertheless
	}
	return err
}

// Leave takes somebody of this server out, with a last word, or without one where it is nil: for who is on another
// server by now. An error says that the others may not hear the last word.
func (r *Roster) Leave(ctx context.Context, id string, says []byte) error {
	if says == nil {
		r.depart(id, 0)
		return nil
	}
	if err := r.presence.Set(ctx, id, says); err != nil {
		r.depart(id, 0)
		return err
	}
	r.depart(id, lastWord)
	return nil
}

// depart takes somebody out of the roster after a while, however long that takes then.
func (r *Roster) depart(id string, after time.Duration) {
	ctx, stop := context.WithCancel(r.life)
	d := &departure{stop: stop, over: make(chan struct{})}
	r.mu.Lock()
	defer r.mu.Unlock()
	if was := r.leaving[id]; was != nil {
		was.timer.Stop()
		was.stop()
	}
	r.leaving[id] = d
	d.timer = time.AfterFunc(after, func() { r.remove(ctx, id, d) })
}

func (r *Roster) remove(ctx context.Context, id string, d *departure) {
	defer close(d.over)
	defer d.stop()
	r.mu.Lock()
	if ctx.Err() != nil {
		r.mu.Unlock()
		return
	}
	r.tasks.Add(1)
	defer r.tasks.Done()
	r.mu.Unlock()
	_ = r.presence.Delete(ctx, id) // unless somebody is back, or the broker forgets all of this server
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.leaving[id] == d {
		delete(r.leaving, id)
	}
}

// stay ends the departure of somebody who is back.
func (r *Roster) stay(ctx context.Context, id string) error {
	r.mu.Lock()
	d := r.leaving[id]
	delete(r.leaving, id)
	r.mu.Unlock()
	if d == nil {
		return nil
	}
	d.stop()
	if d.timer.Stop() {
		return nil
	}
	select {
	case <-d.over:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
