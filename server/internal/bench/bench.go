// Package bench measures the lab on the machine it runs on, as a learner meets it: it works in a copy
// of the repository, runs the lab's own commands there, and looks at them from outside.
package bench

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"wslab/server/course"
	"wslab/server/internal/bench/load"
	"wslab/web/figures"
)

// A Bench says what is measured and how often.
type Bench struct {
	Repo   course.Repo
	Binary string // the lab's program: what ./task runs
	Out    io.Writer
	Saves  int    // how many saves are timed
	Swaps  int    // how many versions take over under load
	Only   string // the one part that is measured, or "", or "server:ROW"
	Quick  bool   // of the transports: a few seconds, with fewer events

	Rounds  int      // of the servers that are compared; 0 is the default of [load.Bench]
	Servers []string // that are compared; none is all
}

// A row is one line of the table.
type row struct {
	what   string
	goal   string
	bound  time.Duration // the goal of the median, if it is a time
	took   []time.Duration
	figure string // in place of times
	missed bool   // the goal
}

// parts are what is measured for a learner, by the name that Only takes.
var parts = []struct {
	name    string
	measure func(b Bench, ctx context.Context, dir string) ([]row, error)
}{
	{"saves", Bench.saves}, {"pages", Bench.pages}, {"events", Bench.events}, {"faults", Bench.faults}, {"swaps", Bench.swaps},
}

// servers is the part that measures the server under load.
const servers = "server"

// Parts lists what Only takes.
func Parts() (names []string) {
	for _, part := range parts {
		names = append(names, part.name)
	}
	return append(names, servers, transports, comparison)
}

// check says whether there is what is to be measured, or which there are.
func (b Bench) check() error {
	part, row, one := strings.Cut(b.Only, ":")
	if !slices.Contains(Parts(), part) && b.Only != "" || one && part != servers {
		return fmt.Errorf("there is no part %.20q to measure; there are %s", b.Only, strings.Join(Parts(), ", "))
	}
	return b.load("", row).Check()
}

// wants says whether a part is to be measured.
func (b Bench) wants(part string) bool {
	only, _, _ := strings.Cut(b.Only, ":")
	return only == "" || only == part
}

// load is how the server is measured.
func (b Bench) load(dir, row string) load.Bench {
	return load.Bench{Program: b.Binary, Dir: dir, Out: b.Out, Only: row, Servers: b.Servers, Rounds: b.Rounds}
}

// save keeps rows of a part for the page.
func (b Bench) save(part string) func(...figures.Row) error {
	return func(rows ...figures.Row) error { return figures.Save(figures.File(b.Repo.Root), part, rows...) }
}

// Learner measures "speed for the learner" and prints its table, then the server's tables, those of
// the transports, and then the module's table of ws and socket.io. The error says what kept something from being measured; a goal that is missed is not one.
func (b Bench) Learner(ctx context.Context) error {
	if err := b.check(); err != nil {
		return err
	}
	dir, remove, err := b.copy()
	if err != nil {
		return err
	}
	defer remove()
	if err := b.learner(ctx, dir); err != nil {
		return err
	}
	if b.wants(servers) {
		_, row, _ := strings.Cut(b.Only, ":")
		if err := b.load(dir, row).Measure(ctx, b.save(servers)); err != nil {
			return fmt.Errorf("measuring %s: %w", servers, err)
		}
	}
	if b.wants(transports) {
		if err := b.carry(ctx, dir); err != nil {
			return fmt.Errorf("measuring %s: %w", transports, err)
		}
	}
	if b.wants(comparison) { // last, as it alone needs npm
		if err := b.compare(ctx, dir); err != nil {
			return fmt.Errorf("measuring %s: %w", comparison, err)
		}
	}
	return nil
}

func (b Bench) learner(ctx context.Context, dir string) error {
	var rows []row
	for _, part := range parts {
		if !b.wants(part.name) {
			continue
		}
		fmt.Fprintf(b.Out, "measuring %s …\n", part.name)
		found, err := part.measure(b, ctx, dir)
		if err != nil {
			return fmt.Errorf("measuring %s: %w", part.name, err)
		}
		if err := b.keep(found); err != nil {
			return err
		}
		rows = append(rows, found...)
	}
	if len(rows) > 0 {
		b.print(rows)
	}
	return nil
}

// waits is the part of the results that a learner waits for.
const waits = "learner"

// keep keeps the rows that are times for the page.
func (b Bench) keep(found []row) error {
	var rows []figures.Row
	for _, r := range found {
		if r.bound > 0 {
			rows = append(rows, r.kept())
		}
	}
	return b.save(waits)(rows...)
}

func (r row) kept() figures.Row {
	var ms []float64
	for _, d := range r.took {
		ms = append(ms, float64(d.Microseconds())/1000)
	}
	bar := figures.NewBar("wslab", ms)
	bar.Goal, bar.Bound = r.goal, float64(r.bound.Microseconds())/1000
	if bar.Verdict = figures.Reached; r.missed {
		bar.Verdict = figures.Missed
	}
	kept := figures.NewRow(r.what, r.what, "ms")
	kept.Bars = []figures.Bar{bar}
	return kept
}

func (b Bench) print(rows []row) {
	fmt.Fprintf(b.Out, "\nSpeed for the learner. %s, %s/%s, %d cores.\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	table := tabwriter.NewWriter(b.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "what\tn\tmedian\tp95\tgoal\t")
	for _, r := range rows {
		verdict := "reached"
		if r.missed {
			verdict = "MISSED"
		}
		if r.figure != "" {
			fmt.Fprintf(table, "%s\t\t%s\t\t%s\t%s\n", r.what, r.figure, r.goal, verdict)
			continue
		}
		fmt.Fprintf(table, "%s\t%d\t%s\t%s\t%s\t%s\n", r.what, len(r.took), short(quantile(r.took, 50)), short(quantile(r.took, 95)), r.goal, verdict)
	}
	_ = table.Flush()
}

// timed is a row of times with a goal for the median, and where p95 is not 0 one for that.
func timed(what string, took []time.Duration, median, p95 time.Duration) row {
	r := row{what: what, took: took, goal: "≤ " + short(median), bound: median}
	r.missed = quantile(took, 50) > median
	if p95 > 0 {
		r.goal += " / " + short(p95)
		r.missed = r.missed || quantile(took, 95) > p95
	}
	return r
}

// quantile is the smallest of the times that so many percent of them do not exceed.
func quantile(took []time.Duration, percent int) time.Duration {
	if len(took) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(took))
	return sorted[max((len(sorted)*percent+99)/100, 1)-1]
}

// short writes a time with the digits that mean something.
func short(d time.Duration) string {
	switch {
	case d >= 10*time.Second:
		return d.Round(100 * time.Millisecond).String()
	case d >= time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d >= 10*time.Millisecond:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Microsecond).String()
}
