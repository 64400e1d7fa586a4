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
	ctx, stop := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals) // so that a second one ends the program at once
		stop()
	}()
	os.Exit(app.Main(ctx, os.Args[1:], os.Stdout, os.Stderr))
}
