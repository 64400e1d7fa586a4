package app

import (
	"fmt"
	"path"
	"strings"
	"sync"

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
		if name := host.Handlers()[p.Event]; up && name != "" {
			handler, place = short(name), a.place(name)
		}
		return p.Event, handler, place
	}
}

// short is a function's name without its package's path: "(*Service).say".
func short(name string) string {
	_, name, _ = strings.Cut(path.Base(name), ".")
	return strings.TrimSuffix(name, "-fm")
}

// places remembers where functions stand, by their names. A save may move them: the names of a learner's
// are not remembered.
var places sync.Map

func (a *App) place(name string) string {
	if known, ok := places.Load(name); ok {
		return known.(string)
	}
	file, line := function.Place(a.config.Repo.Root, name)
	if line == 0 {
		return ""
	}
	place := fmt.Sprintf("%s:%d", file, line)
	if !strings.Contains(name, "/mine.") {
		places.Store(name, place)
	}
	return place
}
