package soak

import (
	"fmt"
	"text/tabwriter"
	"time"

	"wslab/server/internal/bench/load"
)

const line = "%6s %8s %12s %6s %11s %8s %11s %6s %6s\n"

func (r *run) printHead() {
	limits := "without limits"
	if r.Limited {
		limits = "with its rate limits"
	}
	fmt.Fprintf(r.Out, "%d clients for %v, %d of them talking, against the server %s.\n\n", r.Clients, r.For, r.ledger.Senders(), limits)
	fmt.Fprintf(r.Out, line, "time", "clients", "delivered", "lost", "duplicated", "RSS MiB", "goroutines", "files", "CPU %")
}

func (r *run) printLine(at time.Duration, s load.Sample) {
	heard := r.ledger.Account()
	fmt.Fprintf(r.Out, line, at.Round(time.Second), fmt.Sprint(r.open.Load()), fmt.Sprint(heard.Delivered), fmt.Sprint(heard.Lost),
		fmt.Sprint(heard.Duplicated), fmt.Sprintf("%.1f", s.Resident), fmt.Sprint(s.Goroutines), fmt.Sprint(s.Files), fmt.Sprintf("%.0f", s.CPU))
}

// conclude prints what came of it, and says whether the server passed.
func (r *run) conclude() error {
	grows := r.printResources()
	sent, acked := r.ledger.Sums()
	heard := r.ledger.Account()
	fmt.Fprintf(r.Out, "\n%d messages sent, %d acknowledged, %d delivered. %d lost, %d duplicated, %d out of order;\n"+
		"%d acknowledged and not heard by a client that was connected.\n",
		sent, acked, heard.Delivered, heard.Lost, heard.Duplicated, heard.Disordered, r.ledger.Unheard())
	r.printCut()
	const most = 5
	for _, err := range r.strange[:min(most, len(r.strange))] {
		fmt.Fprintln(r.Out, "UNEXPECTED:", err)
	}
	if more := len(r.strange) - most; more > 0 {
		fmt.Fprintf(r.Out, "… and %d more\n", more)
	}
	if grows || acked < sent || heard.Lost+heard.Duplicated+heard.Disordered > 0 || len(r.strange) > 0 {
		return ErrFailed
	}
	return nil
}

// printCut says which faults happened how often.
func (r *run) printCut() {
	fmt.Fprint(r.Out, "Clients that were cut:")
	for i, fault := range faults {
		if n := r.cut[i].Load(); n > 0 {
			fmt.Fprintf(r.Out, " %d %s", n, fault.name)
		}
	}
	fmt.Fprintln(r.Out)
}

// printResources prints a line for each resource, and says whether one grows.
func (r *run) printResources() (grows bool) {
	warm := r.warm()
	fmt.Fprintf(r.Out, "\nAfter a warm-up of %v, %d samples. Flat: the median of the last third is at most %.1f × that of the first.\n",
		warmUp(r.For).Round(time.Second), len(warm), growth)
	table := tabwriter.NewWriter(r.Out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  resource\tfirst\tmedian\tlast\tverdict")
	for _, resource := range load.Resources {
		all := make([]float64, len(warm))
		for i, s := range warm {
			all[i] = resource.Of(s)
		}
		verdict := judge(all)
		grows = grows || verdict == growing
		if len(all) > 0 {
			fmt.Fprintf(table, "  %s\t%.1f\t%.1f\t%.1f\t%s\n", resource.Name, all[0], median(all), all[len(all)-1], verdict)
		}
	}
	_ = table.Flush()
	return grows
}

// warm are the samples after warm-up.
func (r *run) warm() []load.Sample {
	return r.samples[min(len(r.samples), int(warmUp(r.For)/r.Every)):]
}
