//go:build js

package main

import (
	"context"
	"time"

	"wslab/server/course/feed"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// listen keeps the page in touch with the learning loop, and says so only when it cannot.
func listen(address string, w words) {
	panels := newConsole(w)
	tests := newTests(w)
	status := dom.ID("program")
	for wait := time.Second; ; wait = min(2*wait, 8*time.Second) {
		c, err := client.Dial(context.Background(), address, client.Options{})
		if err == nil {
			wait = time.Second
			status.SetText("")
			panels.clear() // the feed tells everything again
			client.Listen(c, feed.Console, panels.print)
			client.Listen(c, feed.Status, func(s feed.State) { showFunction(s, w) })
			client.Listen(c, feed.Verdicts, tests.show)
			c.Run()
		}
		time.Sleep(wait)
		if err != nil {
			status.SetText(w["feed.lost"])
		}
	}
}
