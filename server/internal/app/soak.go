package app

import (
	"context"
	"errors"
	"os"
	"time"

	"wslab/server/internal/bench/soak"
)

func runSoak(ctx context.Context, c *call) error {
	b := soak.Bench{Dir: c.repo.Root, Out: c.out}
	set, _ := c.flags()
	minutes := set.Float64("minutes", 10, "for how long")
	set.IntVar(&b.Clients, "clients", 1000, "how many are connected; each twentieth is cut again and again")
	set.BoolVar(&b.Limited, "limited", false, "the server limits rates, and some clients go up to that")
	if err := set.Parse(c.args); err != nil {
		return err
	}
	b.For = time.Duration(*minutes * float64(time.Minute))
	var err error
	if b.Program, err = os.Executable(); err != nil {
		return err
	}
	if err = b.Run(ctx); errors.Is(err, soak.ErrFailed) {
		return errFailed
	}
	return err
}
