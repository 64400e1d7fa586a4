// Package chaos kills servers of a cluster while clients talk through it, and accounts for every message: what was
// acknowledged and lost, what came twice or in another order, who came back and was not recovered, and how long each
// kill was felt.
package chaos

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"wslab/server/internal/bench/ledger"
	"wslab/server/internal/bench/load"
)

// A Bench says how often a server is killed, and under how many clients.
type Bench struct {
	Program string // the lab's
	Dir     string // where it runs
	Out     io.Writer
	Kills   int
	Clients int // at least 3; each third speaks Socket.IO
}

// ErrFailed says that messages were lost, doubled or disordered, that a client was not recovered, or that something
// else happened that must not. What it was has been printed.
var ErrFailed = errors.New("the cluster did not pass")

const (
	servers  = 3 // one may be lost, and the others are still most of them
	talkers  = 10
	pace     = 200 * time.Millisecond // between two messages of one client
	patience = 30 * time.Second       // for what must be heard in the end
	stuck    = time.Minute            // for what must happen after a kill; it is longer than a server waits for its cluster
	lateness = 500 * time.Millisecond // for what comes twice after all
)

// A run is one use of a cluster.
type run struct {
	Bench
	nodes  []*node
	users  []*user // the first of them talk
	ledger *ledger.Ledger
	kills  []kill
	tasks  sync.WaitGroup
	before []load.Sample // of each server, when everybody was in
	after  []load.Sample

	mu      sync.Mutex
	changed chan struct{} // closed when something that somebody awaits may have come true
	measure measure
	stayed  bool // from here on nobody comes or goes
	tally   tally
	strange []error
	rumours map[string]int // how many clients have heard that somebody came or went
}

// A tally is what happens, and may.
type tally struct {
	lost        int // connections, with their server
	resumed     int // times that a client came back
	unrecovered int // of those, and it had missed what came meanwhile
	sentAway    int // times that a server said "try again later"
	refused     int // requests, with "unavailable"
	repeated    int // requests whose connection was lost before the answer
}

// Run runs, prints a line for each kill, and what came of it in the end.
func (b Bench) Run(ctx context.Context) error {
	if b.Clients < servers || b.Kills < 1 {
		return fmt.Errorf("it takes at least %d clients and a kill", servers)
	}
	dir, err := os.MkdirTemp("", "wslab-chaos-")
	if err != nil {
		return err
	}
	r := &run{Bench: b, changed: make(chan struct{}), rumours: make(map[string]int), ledger: ledger.New(min(talkers, b.Clients))}
	if r.nodes, err = plan(dir, b.Program, b.Dir); err == nil {
		err = r.work(ctx)
	}
	if errors.Is(err, ErrFailed) {
		r.note("%w", err)
		err = nil
	}
	if err == nil {
		err = r.conclude()
	}
	if errors.Is(err, ErrFailed) {
		logs, _ := filepath.Glob(filepath.Join(dir, "*.log")) // the pattern is right
		fmt.Fprintf(b.Out, "What the servers have logged: %v\n", logs)
		return err
	}
	return errors.Join(err, os.RemoveAll(dir))
}

// work starts the servers, has everybody connect and talk while servers are killed, and returns when all that had to
// be heard was, or patience is over.
func (r *run) work(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer r.stop(stop)
	if err := r.start(ctx); err != nil {
		return err
	}
	if err := r.gather(ctx); err != nil {
		return err
	}
	var err error
	if r.before, err = r.samples(ctx); err != nil {
		return err
	}
	talking, quiet := context.WithCancel(ctx)
	defer quiet()
	var talk sync.WaitGroup
	for _, u := range r.users[:r.ledger.Senders()] {
		talk.Go(func() { u.talk(talking, ctx) })
	}
	err = r.killAll(ctx)
	quiet()
	if err != nil {
		return err
	}
	r.settle(ctx, &talk)
	r.after, err = r.samples(ctx)
	return err
}

// stop ends everybody, and then the servers.
func (r *run) stop(everybody context.CancelFunc) {
	everybody()
	r.tasks.Wait()
	var ended sync.WaitGroup
	for _, n := range r.nodes {
		ended.Go(n.kill)
	}
	ended.Wait()
}

// gather has everybody come in.
func (r *run) gather(ctx context.Context) error {
	for i := range r.Clients {
		r.users = append(r.users, &user{run: r, number: i, heard: r.ledger.Join(), next: i % servers})
	}
	for _, u := range r.users {
		r.tasks.Go(func() { u.live(ctx) })
	}
	err := r.await(ctx, "somebody could not come in", r.allIn)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.tally = tally{}
	return err
}

// settle waits until what was said is acknowledged and has been heard by all, and closes their accounts.
func (r *run) settle(ctx context.Context, talk *sync.WaitGroup) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	said := make(chan struct{})
	go func() { talk.Wait(); close(said) }()
	select {
	case <-said:
	case <-waiting.Done():
	}
	goals := r.ledger.Goals()
	for _, u := range r.users {
		u.heard.Wait(waiting, goals)
	}
	pause(ctx, lateness)
	for _, u := range r.users {
		u.heard.Leave()
	}
	r.mu.Lock()
	r.stayed = false
	r.mu.Unlock()
	r.rollCall(ctx)
}

// await waits until something is so, which is asked with the lock held.
func (r *run) await(ctx context.Context, orElse string, so func() bool) error {
	timer := time.NewTimer(stuck)
	defer timer.Stop()
	for {
		r.mu.Lock()
		done, changed := so(), r.changed
		r.mu.Unlock()
		if done {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return fmt.Errorf("%w: %s for %v", ErrFailed, orElse, stuck)
		}
	}
}

// tell wakes who awaits something. The lock is held.
func (r *run) tell() {
	close(r.changed)
	r.changed = make(chan struct{})
}

// count notes what may happen.
func (r *run) count(note func(t *tally)) {
	r.mu.Lock()
	defer r.mu.Unlock()
	note(&r.tally)
}

// note keeps what should not happen.
func (r *run) note(format string, args ...any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.strange = append(r.strange, fmt.Errorf(format, args...))
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
