// Package soak runs the lab's server for a long time under many clients, some of which misbehave, and accounts for
// every message: what was lost, what came twice, and what of the machine the server takes more and more of.
package soak

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"wslab/server/internal/bench/ledger"
	"wslab/server/internal/bench/load"
)

// A Bench says for how long and by how many the server is used.
type Bench struct {
	Program string // the lab's
	Dir     string // where it runs
	Out     io.Writer
	For     time.Duration // with everybody connected
	Clients int           // at least 2; each tenth speaks Socket.IO, each twentieth is cut again and again
	Every   time.Duration // between two lines; 0 is 10 s
	Limited bool          // the server limits rates, and some clients go up to that
	Life    time.Duration // of a client until it is cut, on average; 0 is 5 s
}

// ErrFailed says that messages were lost, doubled or disordered, that clients were thrown out, or that the server
// grows. What it was has been printed.
var ErrFailed = errors.New("the server did not pass")

var errThrownOut = errors.New("a client that had done nothing wrong was thrown out")

const (
	talkers      = 16
	talkEvery    = 500 * time.Millisecond
	pingInterval = 5 * time.Second
	pingTimeout  = 10 * time.Second
	burst        = 1900 // messages at once; the limit is 2,000
	dialling     = 16   // clients that connect at once
	patience     = 30 * time.Second
	lateness     = 500 * time.Millisecond // for what comes twice after all
)

// A run is one use of a server.
type run struct {
	Bench
	host    string
	ledger  *ledger.Ledger
	steady  []*client // who is never cut; the first of them talk
	open    atomic.Int64
	cut     []atomic.Int64 // by fault
	nth     atomic.Int64   // fault
	ending  atomic.Bool
	gone    sync.WaitGroup // everybody
	mu      sync.Mutex
	strange []error // connections that the server refused or ended, and should not
	samples []load.Sample
}

// Run runs and prints a line now and then, and a table in the end.
func (b Bench) Run(ctx context.Context) error {
	if b.Clients < 2 || b.For <= 0 {
		return errors.New("it takes at least 2 clients and some time")
	}
	if b.Every == 0 {
		b.Every = 10 * time.Second
	}
	if b.Life == 0 {
		b.Life = 5 * time.Second
	}
	server, err := load.Start(ctx, b.Dir, b.Program, b.args()...)
	if err != nil {
		return err
	}
	defer server.Stop()
	r := &run{Bench: b, host: server.Host, cut: make([]atomic.Int64, len(faults))}
	if err := r.work(ctx, server); err != nil {
		return err
	}
	return r.conclude()
}

// args are the server's. Its limits on connections count by address, and here all come from one.
func (b Bench) args() []string {
	args := []string{"serve", "--addr", "127.0.0.1:0", "--gateway", "conformance",
		"--ping-interval", pingInterval.String(), "--ping-timeout", pingTimeout.String()}
	if b.Limited {
		return append(args, "--max-connections", "1000000", "--max-per-address", "1000000", "--max-unauthenticated", "1000000")
	}
	return append(args, "--unlimited")
}

// work has everybody connect, talk and be cut, and returns when all that had to be heard was, or patience is over.
func (r *run) work(ctx context.Context, server *load.Process) error {
	ctx, stop := context.WithCancel(ctx)
	defer r.gone.Wait()
	defer stop()
	restless := max(1, r.Clients/20)
	steady := r.Clients - restless
	r.ledger = ledger.New(min(talkers, steady))
	if err := r.gather(ctx, steady); err != nil {
		return err
	}
	talking, quiet := context.WithCancel(ctx)
	defer quiet()
	for i := range restless {
		r.gone.Go(func() { r.restless(talking, ctx, formatOf(i)) })
	}
	var talk sync.WaitGroup
	for i := range r.ledger.Senders() {
		talk.Go(func() { r.talk(talking, i) })
	}
	err := r.watch(ctx, server)
	quiet()
	talk.Wait()
	r.settle(ctx)
	return errors.Join(err, ctx.Err())
}

func formatOf(i int) format {
	if i%10 == 9 {
		return socketIO
	}
	return raw
}

// gather connects the steady clients. They listen at once.
func (r *run) gather(ctx context.Context, n int) error {
	r.steady = make([]*client, n)
	errs := make([]error, n)
	var done sync.WaitGroup
	var next atomic.Int64
	for range dialling {
		done.Go(func() {
			for i := int(next.Add(1)) - 1; i < n; i = int(next.Add(1)) - 1 {
				if r.steady[i], errs[i] = formatOf(i).dial(ctx, r.host, r.ledger); errs[i] != nil {
					return
				}
				r.gone.Go(func() { r.stay(ctx, i) })
			}
		})
	}
	done.Wait()
	return errors.Join(errs...)
}

// stay listens until the run ends.
func (r *run) stay(ctx context.Context, i int) {
	c := r.steady[i]
	r.open.Add(1)
	defer r.open.Add(-1)
	c.listen(ctx, func(seq int64) { r.ledger.Ack(ledger.Place{Sender: i, Seq: seq}) }) // only talkers are answered
	if err := <-c.over; ctx.Err() == nil {
		r.note(fmt.Errorf("%w: %w", errThrownOut, err))
		c.Leave()
	}
}

// talk has a client say something now and then.
func (r *run) talk(ctx context.Context, i int) {
	pause(ctx, talkEvery*time.Duration(i)/talkers) // so that messages meet clients that come at any moment
	tick := time.NewTicker(talkEvery)
	defer tick.Stop()
	c := r.steady[i]
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		if err := c.write(context.WithoutCancel(ctx), c.format.says(r.ledger.Say(i))); err != nil {
			r.note(fmt.Errorf("a talker cannot write: %w", err))
			return
		}
	}
}

// settle waits until what was said is acknowledged and heard by all who stayed, and closes their accounts.
func (r *run) settle(ctx context.Context) {
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for i := range r.ledger.Senders() {
		select {
		case <-r.ledger.AllAcked(i):
		case <-waiting.Done():
		}
	}
	goals := r.ledger.Goals()
	for _, c := range r.steady {
		c.Wait(waiting, goals)
	}
	pause(ctx, lateness)
	for _, c := range r.steady {
		c.Leave()
	}
}

// watch takes a sample and prints a line now and then, until time is over.
func (r *run) watch(ctx context.Context, server *load.Process) error {
	p := &load.Probe{Server: server}
	if _, err := p.Sample(ctx); err != nil {
		return err
	}
	r.printHead()
	begun := time.Now()
	tick := time.NewTicker(r.Every)
	defer tick.Stop()
	for range int(r.For / r.Every) {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return ctx.Err()
		}
		s, err := p.Sample(ctx)
		if err != nil {
			return err
		}
		r.samples = append(r.samples, s)
		r.printLine(time.Since(begun), s)
	}
	return nil
}

// note keeps what should not happen.
func (r *run) note(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.strange = append(r.strange, err)
}
