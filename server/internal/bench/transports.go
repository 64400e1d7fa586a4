package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
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
	events int      // that are timed
	every  time.Duration
}

const (
	counted  = 20                     // events, of which the bytes and requests are counted
	settling = 300 * time.Millisecond // until who listens has asked, after the last event
	silence  = 2 * time.Second        // in which nobody says anything
)

// quick is w in a few seconds, for who wants to see it happen: as it is, with fewer events.
func (w transported) quick() transported {
	w.events = min(w.events, 100)
	if w.every > 0 {
		w.events = 5
	}
	return w
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
	requests []float64 // of HTTP, for an event there and back
	silence  []float64 // bytes on the wire, both ways, while nobody says anything
	took     []float64 // ms from saying an event to hearing it
	proxied  []float64 // the same through an HTTP proxy
}

// carry measures what each way writes and reads, and then, one after the other, how long each takes.
func (b Bench) carry(ctx context.Context, dir string) error {
	fmt.Fprintf(b.Out, "measuring %s …\n", transports)
	all, failed := make([]exchanged, len(ways)), make([]error, len(ways))
	hosts := make([]string, len(ways))
	measured := slices.Clone(ways)
	var counting sync.WaitGroup
	for i, w := range ways {
		if b.Quick {
			measured[i] = w.quick()
		}
		s, err := load.Start(ctx, dir, b.Binary, slices.Concat(w.args, []string{"--addr", "127.0.0.1:0"})...)
		if err != nil {
			return err
		}
		defer s.Stop()
		hosts[i] = s.Host
		counting.Go(func() { failed[i] = measured[i].count(ctx, s.Host, &all[i]) }) // bytes do not depend on who else is there
	}
	counting.Wait()
	for i, w := range measured {
		if failed[i] == nil {
			failed[i] = w.time(ctx, hosts[i], &all[i])
		}
		if failed[i] != nil {
			return fmt.Errorf("%s: %w", w.way.name, failed[i])
		}
	}
	b.printTransports(all)
	return b.save(transports)(transportRows(all)...)
}

// transportRows are what is kept for the page.
func transportRows(all []exchanged) []figures.Row {
	rows := []figures.Row{
		figures.NewRow("requests", "HTTP requests, for an event there and back", "requests"),
		figures.NewRow("silence", "bytes both ways, in two seconds in which nobody says anything", "B"),
		figures.NewRow("up", "bytes to the server, for an event of 64 bytes there and back", "B"),
		figures.NewRow("down", "bytes from the server, for an event of 64 bytes there and back", "B"),
		figures.NewRow("latency", "from saying an event to hearing it", "ms"),
		figures.NewRow("proxied", "from saying an event to hearing it, through an HTTP proxy", "ms"),
	}
	for i, w := range ways {
		x := all[i]
		for j, found := range [][]float64{x.requests, x.silence, x.up, x.down, x.took, x.proxied} {
			rows[j].Bars = append(rows[j].Bars, figures.NewBar(w.way.name, found))
		}
	}
	return rows
}

// count has one client say events and listen, and then be silent, and counts what crosses the network.
func (w transported) count(ctx context.Context, host string, x *exchanged) error {
	ctx, cancel := context.WithTimeout(ctx, 3*patience)
	defer cancel()
	r, err := newRelay(host)
	if err != nil {
		return err
	}
	defer r.close()
	p, err := w.way.dial(ctx, r.host())
	if err != nil {
		return err
	}
	defer p.close()
	for i := range min(w.events, counted) {
		up, down, requests := r.up.Load(), r.down.Load(), r.requests.Load()
		if err := p.say(ctx, event); err != nil {
			return err
		}
		if err := greeted(ctx, p, event); err != nil {
			return err
		}
		if i > 0 { // the first opens connections
			x.up, x.down = append(x.up, float64(r.up.Load()-up)), append(x.down, float64(r.down.Load()-down))
			x.requests = append(x.requests, float64(r.requests.Load()-requests))
		}
	}
	x.silence = []float64{float64(r.silent(ctx, cancel, p))}
	return nil
}

// silent returns how many bytes cross the network while a peer only listens. It ends the peer's context.
func (r *relay) silent(ctx context.Context, end context.CancelFunc, p peer) (n int64) {
	var listening sync.WaitGroup
	listening.Go(func() {
		for {
			if _, err := p.read(ctx); err != nil { // the silence is over
				return
			}
		}
	})
	_ = pause(ctx, settling)
	before := r.up.Load() + r.down.Load()
	_ = pause(ctx, silence)
	n = r.up.Load() + r.down.Load() - before
	end()
	listening.Wait()
	return n
}

// time says how long an event takes, straight and through a proxy that knows nothing but HTTP.
func (w transported) time(ctx context.Context, host string, x *exchanged) (err error) {
	ctx, cancel := context.WithTimeout(ctx, 3*patience)
	defer cancel()
	if x.took, err = w.latency(ctx, host); err != nil {
		return err
	}
	proxy := httptest.NewServer(httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: host}))
	defer proxy.CloseClientConnections() // a stream would keep it open
	x.proxied, err = w.latency(ctx, proxy.Listener.Addr().String())
	return err
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
	fmt.Fprintln(table, "way\tn\trequests\t2 s of silence\tbytes →\tbytes ←\tn\tlatency, median\tp95\tthrough a proxy\t")
	for i, w := range ways {
		x := all[i]
		fmt.Fprintf(table, "%s\t%d\t%.0f\t%.0f\t%.0f\t%.0f\t%d\t%.2f ms\t%.2f ms\t%.2f ms\t\n", w.way.name,
			len(x.up), figures.Quantile(x.requests, 50), figures.Quantile(x.silence, 50), figures.Quantile(x.up, 50), figures.Quantile(x.down, 50),
			len(x.took), figures.Quantile(x.took, 50), figures.Quantile(x.took, 95), figures.Quantile(x.proxied, 50))
	}
	_ = table.Flush()
}
