package load

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"wslab/web/figures"
)

// printRow prints a table, a line for each server.
func printRow(out io.Writer, r figures.Row) {
	fmt.Fprintf(out, "\n%s: %s (%s)\n", r.Name, r.What, r.Unit)
	least := 0.0
	for _, b := range r.Bars {
		if b.Name == limit {
			least = b.Median
		}
	}
	table := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "  server\tn\tmedian\tmin–max\tof limit\tgoal\t")
	for _, b := range r.Bars {
		share := ""
		if least > 0 {
			share = fmt.Sprintf("%.2f ×", b.Median/least)
		}
		verdict := b.Verdict
		if verdict == figures.Missed {
			verdict = strings.ToUpper(verdict)
		}
		fmt.Fprintf(table, "  %s\t%d\t%s\t%s–%s\t%s\t%s\t%s\n", b.Name, b.N, digits(b.Median), digits(b.Min), digits(b.Max), share, b.Goal, verdict)
	}
	_ = table.Flush()
}

// digits writes a figure with the digits that mean something.
func digits(x float64) string {
	switch {
	case x == 0:
		return "0"
	case x < 10:
		return fmt.Sprintf("%.2f", x)
	case x < 100:
		return fmt.Sprintf("%.1f", x)
	}
	return fmt.Sprintf("%.0f", x)
}
