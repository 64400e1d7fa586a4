package app

import (
	"fmt"
	"path"
	"strings"
	"sync"
	"time"

	"wslab/server/function"
	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
	"wslab/server/wire/tap"
)

// handled is a host that knows which functions handle its events.
type handled interface {
	gateway.Host
	Handlers() map[string]string
}

// describe tells what the messages of a host's connections are: events, and what handles them where.
func (a *App) describe(host handled) tap.Describe {
	return func(up bool, message []byte) (event, handler, place string) {
		p, err := jsonevent.Decode(message)
		if err != nil || p.Event == "" {
			return "", "", ""
		}
		return a.handledBy(host, up, p.Event)
	}
}

// handledBy tells what handles an event of a client's, and where that stands.
func (a *App) handledBy(host handled, up bool, event string) (_, handler, place string) {
	if name := host.Handlers()[event]; up && name != "" {
		handler, place = short(name), a.place(name)
	}
	return event, handler, place
}

// short is a function's name without its package's path: "(*Service).say".
func short(name string) string {
	_, name, _ = strings.Cut(path.Base(name), ".")
	return strings.TrimSuffix(name, "-fm")
}

// places remembers where functions stand, by their names.
var places sync.Map

// A place is where a function stood when somebody looked. A save may move a learner's.
type place struct {
	text   string
	looked time.Time
}

func (a *App) place(name string) string {
	if known, ok := places.Load(name); ok && time.Since(known.(place).looked) < time.Second {
		return known.(place).text
	}
	p := place{looked: time.Now()}
	if file, line := function.Place(a.config.Repo.Root, name); line > 0 {
		p.text = fmt.Sprintf("%s:%d", file, line)
		places.Store(name, p) // only of functions that there are: a guest may name as many as it likes
	}
	return p.text
}
