package chaos

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"wslab/server/chat"
	"wslab/wasm/client"
)

// A kill is what one server's end was for the clients. Times are from when it was told to end, unless they say otherwise.
type kill struct {
	node    string
	clients int           // that were on it
	first   time.Duration // until a request was acknowledged that was made when the server was gone
	back    time.Duration // until all clients were on other servers
	all     time.Duration // until each of those who talk had such a request acknowledged
	up      time.Duration // from the server's start until it was well
	slowest time.Duration // the longest that any request took, until everybody was served again
}

// A measure is of the kill that is under way.
type measure struct {
	at      time.Time      // from when requests count
	first   time.Time      // when the first of them was acknowledged
	served  map[*user]bool // who was acknowledged what was said after at
	slowest time.Duration
}

// acked notes that a user was acknowledged what it had begun to say at a time.
func (r *run) acked(u *user, began time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	m := &r.measure
	m.slowest = max(m.slowest, time.Since(began))
	if began.Before(m.at) || m.served[u] {
		return
	}
	if len(m.served) == 0 {
		m.first = time.Now()
	}
	m.served[u] = true
	r.tell()
}

// measureFrom begins to ask anew who is served: only requests that are made from now on count.
func (r *run) measureFrom() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.measure.at, r.measure.served = time.Now(), make(map[*user]bool)
}

// allIn reports whether everybody is connected to a server that lives. The lock is held.
func (r *run) allIn() bool {
	return !slices.ContainsFunc(r.users, func(u *user) bool { return u.conn == nil || u.life != u.on.life.Load() })
}

// allServed reports whether everybody is connected, and who talks is acknowledged. The lock is held.
func (r *run) allServed() bool { return r.allIn() && len(r.measure.served) == r.ledger.Senders() }

// killAll kills one server after another.
func (r *run) killAll(ctx context.Context) error {
	r.measureFrom()
	if err := r.await(ctx, "not everybody was served", r.allServed); err != nil {
		return err
	}
	r.printHead()
	victim := rand.N(servers)
	for n := range r.Kills {
		k, err := r.killOne(ctx, r.nodes[victim])
		if err != nil {
			return fmt.Errorf("kill %d, of %s: %w", n+1, k.node, err)
		}
		r.kills = append(r.kills, k)
		r.printLine(k)
		victim = (victim + 1 + rand.N(servers-1)) % servers
	}
	return nil
}

// killOne kills a server, and starts it again once the others serve everybody.
func (r *run) killOne(ctx context.Context, victim *node) (kill, error) {
	k := kill{node: victim.name}
	at := time.Now()
	r.begin(victim, &k)
	victim.kill()
	r.measureFrom()
	if err := r.await(ctx, "not everybody came back", r.allIn); err != nil {
		return k, err
	}
	k.back = time.Since(at)
	if err := r.await(ctx, "the other servers did not serve everybody", r.allServed); err != nil {
		return k, err
	}
	k.all, k.first = time.Since(at), r.first().Sub(at)
	starts := time.Now()
	if err := victim.start(ctx); err != nil {
		return k, err
	}
	k.up = time.Since(starts)
	r.measureFrom()
	err := r.await(ctx, "not everybody was served after the server was back", r.allServed)
	k.slowest = r.slowest()
	return k, err
}

// begin notes whom a kill will hit. From here on nobody comes or goes of their own accord.
func (r *run) begin(victim *node, k *kill) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stayed = true
	for _, u := range r.users {
		if u.on == victim {
			k.clients++
		}
	}
	victim.life.Add(1)
	r.measure.slowest = 0
}

func (r *run) first() time.Time {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.measure.first
}

func (r *run) slowest() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.measure.slowest
}

// rollCall asks on each server who is here. It is everybody.
func (r *run) rollCall(ctx context.Context) {
	for _, n := range r.nodes {
		conn, err := client.Dial(ctx, "ws://"+n.host+"/ws", client.Options{Auth: map[string]string{"token": chat.Token, "name": "Roll call"}})
		if err != nil {
			r.note("server %s: %w", n.name, err)
			continue
		}
		go conn.Run()
		here, err := client.Call(ctx, conn, chat.Who, chat.Place{})
		_ = conn.Close()
		if err != nil {
			r.note("server %s: %w", n.name, err)
			continue
		}
		r.missing(n, here)
	}
}

// missing notes who is not here although connected, and who is here and should not be.
func (r *run) missing(n *node, here chat.People) {
	r.mu.Lock()
	ids := make(map[string]bool)
	for _, u := range r.users {
		ids[u.id] = true
	}
	r.mu.Unlock()
	strangers := 0
	for _, p := range here {
		if !ids[p.ID] && p.Name != "Roll call" {
			strangers++
		}
		delete(ids, p.ID)
	}
	if len(ids)+strangers > 0 {
		r.note("server %s does not know that %d of %d clients are here, and takes %d others to be here", n.name, len(ids), len(r.users), strangers)
	}
}
