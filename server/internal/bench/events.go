package bench

import (
	"context"
	"fmt"
	"time"

	"wslab/server/function"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/wasm/client"
)

const echo gateway.Request[int, int] = "echo"

// events times the way of one event through a function and back, over a connection in memory.
func (b Bench) events(ctx context.Context, dir string) ([]row, error) {
	f := function.New(function.Options{Root: dir, Package: "wslab/lessons/02-disconnect/mine", Compiled: b.Repo.Path(".bin", "bench", "functions")})
	defer f.Close(ctx, gateway.GoingAway)
	l := &lab{dir: dir, more: make(chan struct{})}
	text := inPackage("disconnect") + fmt.Sprintf("\nconst at = %d\n\nfunc init() { kept = append(kept, make([]byte, at%%7)) }\n", time.Now().UnixNano())
	if err := l.make("02-disconnect/mine/disconnect.go", text); err != nil {
		return nil, err
	}
	if err := f.Deploy(ctx); err != nil {
		return nil, err
	}
	interpreted, err := echoes(ctx, f, 2000)
	if err != nil {
		return nil, err
	}
	for !f.State().Compiled { // once nobody has been connected for some seconds
		select {
		case <-time.After(100 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	compiled, err := echoes(ctx, f, 2000)
	if err != nil {
		return nil, err
	}
	memory := row{what: "memory of a function after 4000 events", goal: "≤ 8 MiB", figure: fmt.Sprintf("%.1f MiB", float64(f.Memory())/(1<<20))}
	memory.missed = f.Memory() > 8<<20
	return []row{
		timed("event through a function and back, interpreted", interpreted, 2*time.Millisecond, 0),
		timed("event through a function and back, compiled", compiled, 200*time.Microsecond, 0),
		memory,
	}, nil
}

func echoes(ctx context.Context, host gateway.Host, n int) ([]time.Duration, error) {
	near, far := transport.Pipe()
	session, err := jsonevent.Admit(ctx, host, gateway.Handshake{})
	if err != nil {
		return nil, err
	}
	go session.Serve(ctx, far, nil)
	c, err := client.Open(ctx, near, client.Options{})
	if err != nil {
		return nil, err
	}
	defer c.Close()
	go c.Run()
	var took []time.Duration
	for i := range n {
		begun := time.Now()
		if _, err := client.Call(ctx, c, echo, i); err != nil {
			return nil, err
		}
		took = append(took, time.Since(begun))
	}
	return took, nil
}
