package app

import (
	"context"
	"errors"
	"os"
	"strings"

	"wslab/server/internal/bench"
	"wslab/server/internal/bench/baseline"
)

func runBench(ctx context.Context, c *call) error {
	b := bench.Bench{Repo: c.repo, Out: c.out}
	set, _ := c.flags()
	set.IntVar(&b.Saves, "saves", 30, "how many saves are timed")
	set.IntVar(&b.Swaps, "swaps", 100, "how many versions take over under load")
	set.IntVar(&b.Rounds, "rounds", 0, "how often each server is measured (default 5, of a single row 3)")
	set.Func("servers", "measure only these `SERVERS`, joined by commas: ws, socket.io, limit, hub, chat", func(value string) error {
		b.Servers = strings.Split(value, ",")
		return nil
	})
	set.StringVar(&b.Only, "only", "", "measure one `PART`: "+strings.Join(bench.Parts(), ", ")+"; or one row of the server's, as server:fanout1000")
	set.BoolVar(&b.Quick, "quick", false, "of the transports: in a few seconds, with fewer events")
	if err := set.Parse(c.args); err != nil {
		return err
	}
	var err error
	if b.Binary, err = os.Executable(); err != nil {
		return err
	}
	return b.Learner(ctx)
}

// runBaseline serves what bench measures the lab's server beside.
func runBaseline(ctx context.Context, c *call) error {
	set, _ := c.flags()
	addr := set.String("addr", "127.0.0.1:0", "listen on `HOST:PORT`")
	if len(c.args) == 0 {
		return errors.New("say which: " + strings.Join(baseline.Names(), ", "))
	}
	if err := set.Parse(c.args[1:]); err != nil {
		return err
	}
	return baseline.Serve(ctx, c.args[0], *addr, c.out)
}
