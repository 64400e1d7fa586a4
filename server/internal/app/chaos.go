package app

import (
	"context"
	"errors"
	"os"

	"wslab/server/internal/bench/chaos"
)

func runChaos(ctx context.Context, c *call) error {
	b := chaos.Bench{Dir: c.repo.Root, Out: c.out}
	set, _ := c.flags()
	set.IntVar(&b.Kills, "kills", 20, "how often a server is killed")
	set.IntVar(&b.Clients, "clients", 60, "how many are connected; each third speaks Socket.IO, ten talk")
	if err := set.Parse(c.args); err != nil {
		return err
	}
	var err error
	if b.Program, err = os.Executable(); err != nil {
		return err
	}
	if err = b.Run(ctx); errors.Is(err, chaos.ErrFailed) {
		return errFailed
	}
	return err
}
