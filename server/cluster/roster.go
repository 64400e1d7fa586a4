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
	stop     context.CancelFunc
	tasks    sync.WaitGroup

	mu      sync.Mutex
	leaving map[string]*time.Timer
}

// lastWord is how long the last word of who has left stands, for the other servers to read.
const lastWord = 5 * time.Second

// NewRoster returns a node's access to the roster. Until [Roster.Close], changed hears of all who come, change and
// go, one at a time: what they say, or nil where they are gone without a last word, with their server.
func NewRoster(presence broker.Presence, changed func(id string, says []byte)) *Roster {
	ctx, stop := context.WithCancel(context.Background())
	r := &Roster{presence: presence, stop: stop, leaving: make(map[string]*time.Timer)}
	r.tasks.Go(func() {
		_ = presence.Watch(ctx, func(id string, says []byte) { // it ends with the context
			if id != "" {
				changed(id, says)
			}
		})
	})
	return r
}

// Close ends the roster. Who is in it goes when the broker is closed.
func (r *Roster) Close() {
	r.stop()
	r.tasks.Wait()
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, timer := range r.leaving {
		timer.Stop()
	}
}

// Enter puts somebody of this server into the roster.
func (r *Roster) Enter(ctx context.Context, id string, says []byte) error {
	r.mu.Lock()
	if timer := r.leaving[id]; timer != nil {
		timer.Stop()
		delete(r.leaving, id)
	}
	r.mu.Unlock()
	return r.presence.Set(ctx, id, says)
}

// Leave takes somebody of this server out, with a last word.
func (r *Roster) Leave(ctx context.Context, id string, says []byte) error {
	if err := r.presence.Set(ctx, id, says); err != nil {
		return err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.leaving[id] = time.AfterFunc(lastWord, func() { r.remove(id) })
	return nil
}

func (r *Roster) remove(id string) {
	r.mu.Lock()
	_, still := r.leaving[id]
	delete(r.leaving, id)
	r.mu.Unlock()
	if still {
		ctx, cancel := context.WithTimeout(context.Background(), broker.Timeout)
		defer cancel()
		_ = r.presence.Delete(ctx, id) // it stands as a last word until the node goes
	}
}
