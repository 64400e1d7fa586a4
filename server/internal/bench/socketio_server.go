package bench

import (
	"context"
	"slices"

	"wslab/server/internal/bench/load"
)

// serve starts ./task serve with the conformance gateway, which has no limit on rate and connections, and with more
// arguments.
func (b Bench) serve(ctx context.Context, dir string, args ...string) (*load.Process, error) {
	args = slices.Concat(unlimited, []string{"--addr", "127.0.0.1:0"}, args)
	return load.Start(ctx, dir, b.Binary, args...)
}
