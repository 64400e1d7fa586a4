//go:build js

package main

import (
	"context"
	"errors"
	"time"

	"wslab/server/course/feed"
	"wslab/server/gateway"
	"wslab/wasm/client"
	"wslab/wasm/internal/dom"
)

// A loop is the page's line to the learning loop.
type loop struct {
	words  words
	client *client.Client // nil while the server does not answer
}

// follow keeps the page in touch, and says so only when it cannot. hear subscribes to what the page
// wants to hear; the feed tells the newest of everything again.
func (l *loop) follow(address string, hear func(*client.Client)) {
	status := dom.ID("program")
	for wait := time.Second; ; wait = min(2*wait, 8*time.Second) {
		c, err := client.Dial(context.Background(), address, client.Options{})
		if err == nil {
			wait = time.Second
			status.SetText("")
			hear(c)
			l.client = c
			c.Run()
			l.client = nil
		}
		time.Sleep(wait)
		if err != nil {
			status.SetText(l.words["feed.lost"])
		}
	}
}

// asking is how long a page waits for what it asked for.
const asking = 5 * time.Second

// ask asks for something and returns how the learner stands then. It waits: call it from a goroutine.
func (l *loop) ask(request gateway.Request[struct{}, feed.Standing]) (feed.Standing, error) {
	if l.client == nil {
		return feed.Standing{}, errors.New(l.words["feed.lost"])
	}
	ctx, cancel := context.WithTimeout(context.Background(), asking)
	defer cancel()
	standing, err := client.Call(ctx, l.client, request, struct{}{})
	var refusal *gateway.Error
	if errors.As(err, &refusal) {
		err = errors.New(refusal.Message)
	}
	return standing, err
}

// again asks for one more run of the tests.
func (l *loop) again() {
	if l.client != nil {
		_ = l.client.Emit(string(feed.Again), struct{}{}) // the line that ended says so itself
	}
}
