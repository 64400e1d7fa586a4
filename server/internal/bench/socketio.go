package bench

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"wslab/server/course"
)

// comparison is the part that measures the module's table of ws and socket.io.
const comparison = "socketio"

// A claim is one row of the module's table, with what was measured of it.
type claim struct {
	ws, io  string // what the module says of each
	rows    []compared
	verdict string // confirmed, qualified or wrong
	why     string
}

// What the figures say of a claim.
const (
	confirmed = "CONFIRMED"
	qualified = "QUALIFIED"
	wrong     = "WRONG"
)

// compared is one line of figures, one for each way to connect.
type compared struct {
	what            string
	n               int
	ws, io, polling string
}

// compare measures the module's table row by row, with npm's clients and many of our own against servers of
// this program over real sockets, and prints it. The server gives both formats one gateway; so what differs is
// the protocol, and not who wrote the server.
func (b Bench) compare(ctx context.Context, dir string) error {
	fmt.Fprintf(b.Out, "measuring %s …\n", comparison)
	if err := (course.Suite{Repo: b.Repo, Out: b.Out}).NeedPackages(ctx); err != nil {
		return err
	}
	clients, err := b.npmClients(ctx, dir)
	if err != nil {
		return err
	}
	loads, err := b.loads(ctx, dir)
	if err != nil {
		return err
	}
	sizes, err := measureSizes(b.Repo, dir)
	if err != nil {
		return err
	}
	f := findings{clients, loads, sizes}
	versions := fmt.Sprintf("%s, socket.io-client %s, ws %s", clients.Node, sizes.io.version, sizes.ws.version)
	printClaims(b.Out, versions, []claim{f.minimal(), f.clientSide(), f.light(), f.connections()})
	return nil
}

func printClaims(out io.Writer, versions string, claims []claim) {
	fmt.Fprintf(out, "\nws beside socket.io, as the module's table has them. %s, %s/%s, %d cores; %s.\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), versions)
	fmt.Fprint(out, "Both are served by this lab. Figures are medians, with p95 in brackets, or where n is small the least and the most.\n\n")
	all := []compared{{"what", 100, "ws", "socket.io", ""}} // no n is wider
	for _, c := range claims {
		all = append(all, c.rows...)
	}
	var widths [4]int
	for _, r := range all {
		for i, cell := range []string{r.what, fmt.Sprint(r.n), r.ws, r.io} {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	line := func(what, n, ws, io, polling string) {
		text := fmt.Sprintf("  %-*s  %*s  %-*s  %-*s  %s", widths[0], what, widths[1], n, widths[2], ws, widths[3], io, polling)
		fmt.Fprintln(out, strings.TrimRight(text, " "))
	}
	line("what", "n", "ws", "socket.io", "socket.io, polling")
	for _, c := range claims {
		fmt.Fprintf(out, "\n%s | %s: %s\n", c.ws, c.io, c.verdict)
		for _, r := range c.rows {
			n := ""
			if r.n > 0 {
				n = fmt.Sprint(r.n)
			}
			line(r.what, n, r.ws, r.io, r.polling)
		}
		fmt.Fprintf(out, "  → %s\n", c.why)
	}
}

// spread writes the median of some times and p95, or where they are few, the least and the most.
func spread(took []time.Duration) string {
	if len(took) == 0 {
		return "–"
	}
	middle := short(quantile(took, 50))
	switch {
	case len(took) >= 20:
		return fmt.Sprintf("%s (%s)", middle, short(quantile(took, 95)))
	case len(took) > 1:
		return fmt.Sprintf("%s (%s–%s)", middle, short(slices.Min(took)), short(slices.Max(took)))
	}
	return middle
}

// median is the middle of some figures.
func median(all []float64) float64 {
	if len(all) == 0 {
		return 0
	}
	sorted := slices.Sorted(slices.Values(all))
	return sorted[len(sorted)/2]
}
