// Command server is the lab: `go run ./server help` lists what it does. Every command's logic is here
// and in the packages below; Taskfile.yml and ./task only name them.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"

	"wslab/server/internal/app"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	status := app.Main(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(status)
}
