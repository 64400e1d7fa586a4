package chaos

import (
	"fmt"
	"maps"
	"slices"
	"text/tabwriter"
	"time"

	"wslab/server/internal/bench/load"
)

const line = "%5s %7s %8s %10s %10s %10s %10s %10s %6s %11s\n"

func (r *run) printHead() {
	fmt.Fprintf(r.Out, "%d clients on %d servers, %d of them talking. One server is killed (SIGKILL) and started again, %d times.\n\n",
		r.Clients, servers, r.ledger.Senders(), r.Kills)
	fmt.Fprintf(r.Out, line, "kill", "server", "clients", "first ack", "all back", "all acked", "slowest", "up again", "lost", "duplicated")
}

func (r *run) printLine(k kill) {
	heard := r.ledger.Account()
	fmt.Fprintf(r.Out, line, fmt.Sprint(len(r.kills)), k.node, fmt.Sprint(k.clients), ms(k.first), ms(k.back), ms(k.all), ms(k.slowest), ms(k.up),
		fmt.Sprint(heard.Lost), fmt.Sprint(heard.Duplicated))
}

func ms(d time.Duration) string { return fmt.Sprintf("%d ms", d.Milliseconds()) }

// conclude prints what came of it, and says whether the cluster passed.
func (r *run) conclude() error {
	r.printKills()
	r.printResources()
	heard, t := r.ledger.Account(), r.tally
	sent, acked := r.ledger.Sums()
	lost := r.ledger.Unheard()
	fmt.Fprintf(r.Out, "\n%d messages sent, %d acknowledged, %d delivered. %d acknowledged and lost, %d duplicated, %d out of order.\n",
		sent, acked, heard.Delivered, lost, heard.Duplicated, heard.Disordered)
	fmt.Fprintf(r.Out, "%d connections lost with their server; clients came back %d times, %d of them not recovered, and were told %d times to try again later.\n",
		t.lost, t.resumed, t.unrecovered, t.sentAway)
	fmt.Fprintf(r.Out, "%d requests were repeated because their connection was lost, %d because they were refused as unavailable.\n", t.repeated, t.refused)
	r.printStrange()
	if acked < sent || lost+heard.Lost+heard.Duplicated+heard.Disordered > 0 || t.unrecovered > 0 || len(r.strange)+len(r.rumours) > 0 {
		return ErrFailed
	}
	return nil
}

// printKills prints how long kills were felt.
func (r *run) printKills() {
	if len(r.kills) == 0 {
		return
	}
	table := tabwriter.NewWriter(r.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "\n  after a kill\tmedian\tmax")
	for _, figure := range []struct {
		name string
		of   func(kill) time.Duration
	}{
		{"first acknowledgement of a new request", func(k kill) time.Duration { return k.first }},
		{"all clients on other servers", func(k kill) time.Duration { return k.back }},
		{"everybody acknowledged", func(k kill) time.Duration { return k.all }},
		{"slowest request", func(k kill) time.Duration { return k.slowest }},
		{"the server up, from its start", func(k kill) time.Duration { return k.up }},
	} {
		all := make([]time.Duration, len(r.kills))
		for i, k := range r.kills {
			all[i] = figure.of(k)
		}
		slices.Sort(all)
		fmt.Fprintf(table, "  %s\t%s\t%s\n", figure.name, ms(all[len(all)/2]), ms(all[len(all)-1]))
	}
	_ = table.Flush()
}

// printResources prints what the servers took at first, and take in the end.
func (r *run) printResources() {
	if r.after == nil {
		return
	}
	table := tabwriter.NewWriter(r.Out, 0, 0, 2, ' ', 0)
	fmt.Fprint(table, "\n  server")
	resources := load.Resources[:3] // without CPU, which is since the sample before
	for _, resource := range resources {
		fmt.Fprintf(table, "\t%s, before\tafter", resource.Name)
	}
	fmt.Fprintln(table)
	for i, n := range r.nodes {
		fmt.Fprintf(table, "  %s", n.name)
		for _, resource := range resources {
			fmt.Fprintf(table, "\t%.0f\t%.0f", resource.Of(r.before[i]), resource.Of(r.after[i]))
		}
		fmt.Fprintln(table)
	}
	_ = table.Flush()
}

// printStrange prints some of what must not happen.
func (r *run) printStrange() {
	const most = 10
	all := make([]string, 0, len(r.strange))
	for _, err := range r.strange {
		all = append(all, err.Error())
	}
	for _, what := range slices.Sorted(maps.Keys(r.rumours)) {
		all = append(all, fmt.Sprintf("%d clients heard: %s", r.rumours[what], what))
	}
	for _, what := range all[:min(most, len(all))] {
		fmt.Fprintln(r.Out, "UNEXPECTED:", what)
	}
	if more := len(all) - most; more > 0 {
		fmt.Fprintf(r.Out, "… and %d more\n", more)
	}
}
