package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"wslab/server/internal/bench/load"
	"wslab/web/figures"
)

// transports is the part that compares how a client and a server can exchange events.
const transports = "transports"

// A transported is one of the ways that an event can take.
type transported struct {
	way    way
	args   []string // of the server
	events int      // that are sent
	every  time.Duration
}

const pollEvery = time.Second

var ways = []transported{
	{way{name: "polling", dial: dialPoll(pollEvery)}, []string{"baseline", "polling"}, 30, pollEvery},
	{way{name: "long polling", dial: dialPoll(0)}, []string{"baseline", "longpolling"}, 500, 0},
	{way{name: "SSE", dial: dialSSE}, []string{"baseline", "sse"}, 500, 0},
	{overWS, unlimited, 500, 0},
	{overIO, unlimited, 500, 0},
	{overPolling, unlimited, 500, 0},
}

// unlimited is the lab's own server, with the conformance gateway, which has no limit on rate and connections.
var unlimited = []string{"serve", "--gateway", "conformance", "--unlimited"}

// event is 64 bytes of JSON.
var event = `"` + strings.Repeat("x", 62) + `"`

// exchanged is what was measured of one way.
type exchanged struct {
	up, down []float64 // bytes on the wire, for an event there and back
	took     []float64 // ms from saying an event to hearing it
}

// carry measures each way by itself: first what it writes and reads, and then how long it takes.
func (b Bench) carry(ctx context.Context, dir string) error {
	fmt.Fprintf(b.Out, "measuring %s …\n", transports)
	all := make([]exchanged, len(ways))
	for i, w := range ways {
		s, err := load.Start(ctx, dir, b.Binary, slices.Concat(w.args, []string{"--addr", "127.0.0.1:0"})...)
		if err != nil {
			return err
		}
		all[i], err = w.measure(ctx, s.Host)
		s.Stop()
		if err != nil {
			return fmt.Errorf("%s: %w", w.way.name, err)
		}
	}
	b.printTransports(all)
	up := figures.NewRow("up", "bytes to the server, for an event of 64 bytes there and back", "B")
	down := figures.NewRow("down", "bytes from the server, for an event of 64 bytes there and back", "B")
	took := figures.NewRow("latency", "from saying an event to hearing it", "ms")
	for i, w := range ways {
		up.Bars = append(up.Bars, figures.NewBar(w.way.name, all[i].up))
		down.Bars = append(down.Bars, figures.NewBar(w.way.name, all[i].down))
		took.Bars = append(took.Bars, figures.NewBar(w.way.name, all[i].took))
	}
	return b.save(transports)(up, down, took)
}

func (w transported) measure(ctx context.Context, host string) (x exchanged, err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*patience)
	defer cancel()
	r, err := newRelay(host)
	if err != nil {
		return x, err
	}
	defer r.close()
	counted, err := w.way.dial(ctx, r.host())
	if err != nil {
		return x, err
	}
	defer counted.close()
	for i := range min(w.events, 20) {
		up, down := r.up.Load(), r.down.Load()
		if err := counted.say(ctx, event); err != nil {
			return x, err
		}
		if err := greeted(ctx, counted, event); err != nil {
			return x, err
		}
		if i > 0 { // the first opens connections
			x.up, x.down = append(x.up, float64(r.up.Load()-up)), append(x.down, float64(r.down.Load()-down))
		}
	}
	x.took, err = w.latency(ctx, host)
	return x, err
}

// latency has one client say events, one at a time, and listen to them meanwhile. Where it asks now and then, it says
// them at any moment between.
func (w transported) latency(ctx context.Context, host string) (took []float64, err error) {
	p, err := w.way.dial(ctx, host)
	if err != nil {
		return nil, err
	}
	defer p.close()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	heard := make(chan error)
	go func() {
		for ctx.Err() == nil {
			select {
			case heard <- greeted(ctx, p, event):
			case <-ctx.Done():
			}
		}
	}()
	for range w.events {
		if w.every > 0 {
			if err := pause(ctx, rand.N(w.every)); err != nil {
				return nil, err
			}
		}
		begun := time.Now()
		if err := p.say(ctx, event); err != nil {
			return nil, err
		}
		if err := <-heard; err != nil {
			return nil, err
		}
		took = append(took, float64(time.Since(begun).Microseconds())/1000)
	}
	return took, nil
}

func (b Bench) printTransports(all []exchanged) {
	fmt.Fprintf(b.Out, "\nAn event of 64 bytes there and back. %s, %s/%s, %d cores. HTTP is spoken by Go's client; a browser's headers are longer.\n\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	table := tabwriter.NewWriter(b.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "way\tn\tbytes →\tbytes ←\tn\tlatency, median\tp95\t")
	for i, w := range ways {
		x := all[i]
		fmt.Fprintf(table, "%s\t%d\t%.0f\t%.0f\t%d\t%.2f ms\t%.2f ms\t\n", w.way.name, len(x.up), figures.Quantile(x.up, 50), figures.Quantile(x.down, 50),
			len(x.took), figures.Quantile(x.took, 50), figures.Quantile(x.took, 95))
	}
	_ = table.Flush()
}
