package chaos

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"wslab/server/internal/bench/load"
)

// A node is one server of the cluster. It has the same flags at each start.
type node struct {
	name    string
	program string
	dir     string
	args    []string
	log     string // file
	host    string
	process *load.Process // nil before the first start
	life    atomic.Int64  // grows with each kill
}

// plan chooses where servers listen and what they are called.
func plan(store, program, dir string) ([]*node, error) {
	ports, err := freePorts(3 * servers)
	if err != nil {
		return nil, err
	}
	token := rand.Text()
	nodes := make([]*node, servers)
	for i := range nodes {
		name := fmt.Sprint("n", i+1)
		host := local(ports[i])
		nodes[i] = &node{name: name, program: program, dir: dir, host: host, log: filepath.Join(store, name+".log"), args: []string{
			"serve", "--addr", host, "--unlimited", "--cluster", "embedded", "--node", name, "--replicas", fmt.Sprint(servers),
			"--nats-addr", local(ports[servers+i]), "--nats-cluster-addr", local(ports[2*servers+i]),
			"--nats-token", token, "--nats-dir", filepath.Join(store, name),
		}}
		for _, port := range ports[2*servers:] {
			nodes[i].args = append(nodes[i].args, "--nats-route", local(port))
		}
	}
	return nodes, nil
}

func local(port int) string { return fmt.Sprint("127.0.0.1:", port) }

// freePorts finds ports below those that systems give to clients: while a server is down, no connection may take its
// port.
func freePorts(n int) (ports []int, err error) {
	const first, last, often = 20_000, 32_000, 1000
	for range often {
		listener, err := net.Listen("tcp", local(first+mathrand.N(last-first)))
		if err != nil {
			continue
		}
		defer listener.Close()
		if ports = append(ports, listener.Addr().(*net.TCPAddr).Port); len(ports) == n {
			return ports, nil
		}
	}
	return nil, fmt.Errorf("there are not %d free ports from %d to %d", n, first, last)
}

// start starts a server and waits until it says that it is well.
func (n *node) start(ctx context.Context) error {
	log, err := os.OpenFile(n.log, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer log.Close() // the process has its own
	process, err := load.StartLogged(ctx, log, n.dir, n.program, n.args...)
	if err != nil {
		return fmt.Errorf("%w: server %s: %w", ErrFailed, n.name, err)
	}
	n.process = process
	return n.well(ctx)
}

// well waits until a server says that it is.
func (n *node) well(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, stuck)
	defer cancel()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+n.host+"/healthz", nil)
		if err != nil {
			return err
		}
		answer, err := http.DefaultClient.Do(request)
		if err == nil {
			_, _ = io.Copy(io.Discard, answer.Body)
			answer.Body.Close()
			if answer.StatusCode == http.StatusOK {
				return nil
			}
		}
		if ctx.Err() != nil {
			return fmt.Errorf("%w: server %s is not well (%v)", ErrFailed, n.name, err)
		}
		pause(ctx, 20*time.Millisecond)
	}
}

// kill ends a server without a word.
func (n *node) kill() {
	if n.process != nil {
		n.process.Kill()
	}
}

// start starts all servers: none is ready before most of them run.
func (r *run) start(ctx context.Context) error {
	errs := make(chan error, len(r.nodes))
	var started sync.WaitGroup
	for _, n := range r.nodes {
		started.Go(func() { errs <- n.start(ctx) })
	}
	started.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// samples are what each server takes of the machine.
func (r *run) samples(ctx context.Context) ([]load.Sample, error) {
	samples := make([]load.Sample, len(r.nodes))
	for i, n := range r.nodes {
		var err error
		if samples[i], err = (&load.Probe{Server: n.process}).Sample(ctx); err != nil {
			return nil, err
		}
	}
	return samples, nil
}
