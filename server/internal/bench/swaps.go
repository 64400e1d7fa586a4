package bench

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"wslab/server/function"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/transport"
	"wslab/server/transport/ws"
	"wslab/wasm/client"
)

const (
	talkers = 50
	pace    = 50 * time.Millisecond // 20 messages a second each
)

// A talker sends numbers and hears them back from a function whose versions change.
type talker struct {
	client *client.Client

	mu      sync.Mutex
	sent    int
	heard   []int
	last    time.Time
	longest time.Duration
}

func (k *talker) hear(n int) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.heard = append(k.heard, n)
	now := time.Now()
	k.longest = max(k.longest, now.Sub(k.last))
	k.last = now
}

// talk sends until told to stop, and waits until the last is back.
func (k *talker) talk(stop <-chan struct{}) {
	ticks := time.NewTicker(pace)
	defer ticks.Stop()
	for {
		select {
		case <-stop:
			return
		case <-k.client.Done():
			return
		case <-ticks.C:
			k.sent++
			_ = gateway.Event[int]("mine").Emit(k.client, k.sent) // a lost one is counted
		}
	}
}

// swaps deploys version after version of a function while clients talk to it over real WebSockets, and
// counts what they lose.
func (b Bench) swaps(ctx context.Context, dir string) ([]row, error) {
	l := &lab{dir: dir, more: make(chan struct{})}
	if err := l.make(firstLesson, numbered(0)); err != nil {
		return nil, err
	}
	crashes := 0
	f := function.New(function.Options{
		Root: dir, Package: "wslab/lessons/01-connection/mine", Compiled: filepath.Join(dir, ".bin", "functions"),
		State: func(s function.State) {
			if s.Phase == function.Crashed {
				crashes++
			}
		},
	})
	defer f.Close(context.WithoutCancel(ctx), gateway.GoingAway)
	if err := f.Deploy(ctx); err != nil {
		return nil, err
	}
	server := httptest.NewServer(endpoint(f))
	defer server.Close()
	l.host = server.Listener.Addr().String()

	all := make([]*talker, talkers)
	stop := make(chan struct{})
	var talking sync.WaitGroup
	for i := range all {
		c, err := l.dial(ctx, "/")
		if err != nil {
			return nil, err
		}
		k := &talker{client: c, last: time.Now()}
		all[i] = k
		client.Listen(c, gateway.Event[int]("said"), k.hear)
		go c.Run()
		talking.Go(func() { k.talk(stop) })
	}
	var took []time.Duration
	for i := range b.Swaps {
		if err := l.save(firstLesson, numbered(i+1)); err != nil {
			return nil, err
		}
		begun := time.Now()
		if err := f.Deploy(ctx); err != nil {
			return nil, fmt.Errorf("version %d: %w", i+2, err)
		}
		took = append(took, time.Since(begun))
	}
	close(stop)
	talking.Wait()
	rows := append(b.counted(all), timed("… a version, from its source to its first answer", took, 3*time.Second, 0))
	return append(rows, row{what: "… crashes", figure: fmt.Sprint(crashes), goal: "0", missed: crashes > 0}), nil
}

// endpoint serves a host on a raw WebSocket, as the lab's server does.
func endpoint(host gateway.Host) http.Handler {
	return ws.Handler(func(ctx context.Context, h gateway.Handshake) (func(context.Context, transport.Conn), error) {
		session, err := jsonevent.Admit(ctx, host, h)
		if err != nil {
			return nil, err
		}
		return func(ctx context.Context, conn transport.Conn) { session.Serve(ctx, conn, nil) }, nil
	}, ws.Options{})
}

// counted says what the talkers have lost. A client asks once more before it leaves: what was on its
// way is then back.
func (b Bench) counted(all []*talker) []row {
	var closed, sent, lost, doubled int
	var longest time.Duration
	for _, k := range all {
		select {
		case <-k.client.Done():
			closed++
		default:
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			_, _ = client.Call(ctx, k.client, echo, 0)
			cancel()
		}
		_ = k.client.Close()
		k.mu.Lock()
		longest = max(longest, k.longest)
		sent += k.sent
		seen := slices.Compact(slices.Sorted(slices.Values(k.heard)))
		lost += k.sent - len(seen)
		doubled += len(k.heard) - len(seen)
		k.mu.Unlock()
	}
	what := fmt.Sprintf("%d saves under %d clients, %d messages", b.Swaps, talkers, sent)
	return []row{
		{what: what, figure: fmt.Sprintf("closed %d, lost %d, doubled %d", closed, lost, doubled), goal: "0, 0, 0", missed: closed+lost+doubled > 0},
		{what: "… longest time that a client heard nothing", figure: short(longest), goal: "≤ 1s", missed: longest > time.Second},
	}
}
