package bench

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"wslab/server/gateway"
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

// swaps saves version after version while clients talk, and counts what they lose.
func (b Bench) swaps(ctx context.Context, dir string) ([]row, error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	l, err := b.start(ctx, dir, map[string]string{firstLesson: numbered(0)})
	if err != nil {
		return nil, err
	}
	defer l.stop()
	said, err := l.follow(ctx, 1)
	if err != nil {
		return nil, err
	}
	if _, err := expect(said, running); err != nil {
		return nil, err
	}
	all := make([]*talker, talkers)
	stop := make(chan struct{})
	var talking sync.WaitGroup
	for i := range all {
		c, err := l.dial(ctx, "/lessons/1/ws")
		if err != nil {
			return nil, err
		}
		k := &talker{client: c, last: time.Now()}
		all[i] = k
		client.Listen(c, gateway.Event[int]("said"), k.hear)
		go c.Run()
		talking.Go(func() { k.talk(stop) })
	}
	for i := range b.Swaps {
		if err := l.save(firstLesson, numbered(i+1)); err != nil {
			return nil, err
		}
		if _, err := expect(said, func(n news) bool { return running(n) && n.status.Version == i+2 }); err != nil {
			return nil, fmt.Errorf("version %d: %w", i+2, err)
		}
	}
	close(stop)
	talking.Wait()
	return b.counted(all), nil
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
