//go:build browser

package app_test

import (
	"testing"

	"wslab/server/internal/app"
)

func TestAHalfOpenClientIsFoundByTheHeartbeat(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := visit(t, desktop, "http://"+host+"/en/lessons/7?bob=up.half=3")
	p.connect("ana", "bob")
	p.lists(`Bob ← text .*ping`)
	p.lists(`Bob → text .*pong`)
	p.reads("ana-log", `"reason":"ping timeout"`)
	p.state("bob", "open")
	p.click("#wire-faults > summary")
	p.types("#wire-faults-text", "seed=0")
	p.click(`#wire-faults [value="bob"]`)
	p.click(`#wire-faults [data-do="apply"]`)
	p.sees(`#bob:not([data-state="open"])`)
	p.state("ana", "open")
}
