// Package balance runs several servers of one gateway in one process, behind one door: what a load
// balancer and a broker are to servers on different machines. It is portable.
package balance

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"wslab/server/broker"
	"wslab/server/gateway"
)

// Names are the servers' names, in their turn. With three of them, a client that comes back meets
// another server than before.
var Names = [...]string{"one", "two", "three"}

// Apart is how far the log is from each server: so long after a message was stored, it is heard.
const Apart = 20 * time.Millisecond

// Build makes the gateway of one server, and what runs beside it until ctx ends: it follows the log
// that all servers share, from what comes after an offset.
type Build func(server string, log broker.Log, everyone gateway.Emitter) (g gateway.Gateway, follow func(ctx context.Context, after uint64) error)

// Servers are a [gateway.Host] that serves each client by the next of its servers.
type Servers struct {
	all       []*gateway.Namespace
	turn      atomic.Uint64
	stop      context.CancelFunc
	following sync.WaitGroup
}

var _ gateway.Host = (*Servers)(nil)

// New starts the servers, with an empty log. A server whose follow ends before Close says so in log,
// and serves on without it. Nil is [slog.Default].
func New(build Build, log *slog.Logger) *Servers {
	if log == nil {
		log = slog.Default()
	}
	s := &Servers{}
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	memory := broker.NewMemory()
	for _, name := range Names {
		node := memory.Node(name)
		node.Delay(Apart)
		var follow func(context.Context, uint64) error
		ns := gateway.NewNamespace(func(everyone gateway.Emitter) (g gateway.Gateway) {
			g, follow = build(name, node, everyone)
			return g
		})
		ns.Log = log
		s.all = append(s.all, ns)
		s.following.Go(func() {
			err := follow(ctx, 0)
			if ctx.Err() == nil {
				log.ErrorContext(ctx, "a server no longer follows the log", "server", name, "err", err)
			}
		})
	}
	return s
}

// Protected implements [gateway.Host].
func (s *Servers) Protected(ctx context.Context) (bool, error) { return s.all[0].Protected(ctx) }

// Authenticate implements [gateway.Host].
func (s *Servers) Authenticate(ctx context.Context, h gateway.Handshake) (gateway.User, error) {
	return s.all[0].Authenticate(ctx, h)
}

// Serve implements [gateway.Host].
func (s *Servers) Serve(ctx context.Context, link gateway.Link, user gateway.User) gateway.Disconnect {
	return s.next().Serve(ctx, link, user)
}

// Continue is [gateway.Namespace.Continue] at the next server.
func (s *Servers) Continue(ctx context.Context, link gateway.Link, c gateway.Continued) gateway.Disconnect {
	return s.next().Continue(ctx, link, c)
}

func (s *Servers) next() *gateway.Namespace {
	turn := s.turn.Add(1) - 1
	return s.all[turn%uint64(len(s.all))]
}

// Handlers is [gateway.Namespace.Handlers] of any of the servers.
func (s *Servers) Handlers() map[string]string { return s.all[0].Handlers() }

// Settle is [gateway.Namespace.Settle] of all servers. What is still on its way from the log is not
// waited for.
func (s *Servers) Settle(ctx context.Context) error {
	return s.each(func(ns *gateway.Namespace) error { return ns.Settle(ctx) })
}

// Close is [gateway.Namespace.Close] of all servers, and ends what runs beside them.
func (s *Servers) Close(ctx context.Context, why gateway.Disconnect) error {
	err := s.each(func(ns *gateway.Namespace) error { return ns.Close(ctx, why) })
	s.stop()
	gone := make(chan struct{})
	go func() {
		s.following.Wait()
		close(gone)
	}()
	select {
	case <-gone:
	case <-ctx.Done():
		err = errors.Join(err, context.Cause(ctx))
	}
	return err
}

// each does something to all servers at the same time.
func (s *Servers) each(do func(*gateway.Namespace) error) error {
	failed := make([]error, len(s.all))
	var doing sync.WaitGroup
	for i, ns := range s.all {
		doing.Go(func() { failed[i] = do(ns) })
	}
	doing.Wait()
	return errors.Join(failed...)
}
