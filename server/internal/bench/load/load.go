// Package load measures what a server takes of its machine, beside baselines that do the same. Servers are processes,
// so that their processor time is theirs alone; clients count frames and do no more.
package load

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"

	"wslab/web/figures"
)

// A Bench says what is measured and how often.
type Bench struct {
	Program string // the lab's: its server and the baselines
	Dir     string // where it runs
	Out     io.Writer
	Only    string        // the one row that is measured, or ""
	Servers []string      // by name; none is all
	Rounds  int           // of all servers in turn; 0 is 5, and 3 of a single row
	Budget  time.Duration // for one figure; 0 is a second
}

// A server is one that is measured.
type server struct {
	name   string
	args   []string
	format format
	ours   bool // and so has goals
}

// limit is the baseline that goals are measured by.
const limit = "limit"

var lab = []string{"serve", "--addr", "127.0.0.1:0", "--gateway", "conformance", "--unlimited"}

var servers = []server{
	{"ws", lab, raw, true},
	{"socket.io", lab, socketIO, true},
	{limit, baselineArgs(limit), raw, false},
	{"hub", baselineArgs("hub"), raw, false},
	{"chat", baselineArgs("chat"), raw, false},
}

func baselineArgs(name string) []string { return []string{"baseline", name, "--addr", "127.0.0.1:0"} }

func (b Bench) servers() (some []server, err error) {
	names := []string{}
	for _, s := range servers {
		names = append(names, s.name)
		if len(b.Servers) == 0 || slices.Contains(b.Servers, s.name) {
			some = append(some, s)
		}
	}
	for _, name := range b.Servers {
		if !slices.Contains(names, name) {
			return nil, fmt.Errorf("there is no server %.20q to measure; there are %s", name, strings.Join(names, ", "))
		}
	}
	return some, nil
}

// Check says whether there is what is to be measured.
func (b Bench) Check() error {
	_, err := chosen(b.Only)
	if err == nil {
		_, err = b.servers()
	}
	return err
}

// Measure measures and prints row by row, and gives each to save.
func (b Bench) Measure(ctx context.Context, save func(...figures.Row) error) error {
	wanted, err := chosen(b.Only)
	if err != nil {
		return err
	}
	some, err := b.servers()
	if err != nil {
		return err
	}
	if b.Rounds == 0 {
		b.Rounds = 5
		if b.Only != "" {
			b.Rounds = 3
		}
	}
	if b.Budget == 0 {
		b.Budget = time.Second
	}
	fmt.Fprintf(b.Out, "\nSpeed of the server. %s, %s/%s, %d cores. Goals are for the lab's own server, in its two formats: ws and socket.io.\n",
		runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	for _, r := range wanted {
		found, err := b.row(ctx, r, some)
		if err != nil {
			fmt.Fprintf(b.Out, "\n%s: NOT MEASURED: %v\n", r.name, err)
			if ctx.Err() != nil || b.Only != "" {
				return err
			}
			continue
		}
		for _, row := range found {
			printRow(b.Out, row)
		}
		if err := save(found...); err != nil {
			return err
		}
	}
	return nil
}

// row measures one kind of work: some rounds of each server in turn, so that what else the machine does meets all.
func (b Bench) row(ctx context.Context, r row, some []server) ([]figures.Row, error) {
	begun := time.Now()
	all := make([][][]float64, len(r.parts)) // by part and server
	for i := range all {
		all[i] = make([][]float64, len(some))
	}
	for range b.Rounds {
		for at, s := range some {
			found, err := r.measure(trial{
				ctx:    ctx,
				start:  func() (*Process, error) { return Start(ctx, b.Dir, b.Program, s.args...) },
				format: s.format,
				budget: b.Budget,
			})
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			for i, figure := range found {
				all[i][at] = append(all[i][at], figure)
			}
		}
	}
	rows := make([]figures.Row, len(r.parts))
	for i, p := range r.parts {
		rows[i] = judged(p, some, all[i])
		rows[i].Took = time.Since(begun).Seconds()
	}
	return rows, nil
}

// judged sums up the figures of a part.
func judged(p part, some []server, all [][]float64) figures.Row {
	row := figures.NewRow(p.name, p.what, p.unit)
	least := 0.0 // of what the limit takes
	for i, s := range some {
		row.Bars = append(row.Bars, figures.NewBar(s.name, all[i]))
		if s.name == limit {
			least = row.Bars[i].Median
		}
	}
	for i, s := range some {
		if s.ours {
			p.goal.judge(&row.Bars[i], least)
		}
	}
	return row
}

// judge says what the goal of a bar is and whether it was reached. What is a share of the limit cannot be judged
// without it.
func (g goal) judge(b *figures.Bar, least float64) {
	switch {
	case !g.is:
		return
	case g.ofLimit > 0:
		b.Goal, b.Bound = fmt.Sprintf("≤ %.1f × %s", g.ofLimit, limit), g.ofLimit*least
		if least == 0 {
			return
		}
	default:
		b.Goal, b.Bound = fmt.Sprintf("≤ %g", g.most), g.most
	}
	if b.Verdict = figures.Missed; b.Median <= b.Bound {
		b.Verdict = figures.Reached
	}
}
