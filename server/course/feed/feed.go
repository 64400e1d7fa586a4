// Package feed is what a lesson's page hears of the learning loop, as a gateway of its own: what the
// lesson's code prints, how the learner's function is doing, and the verdicts of the tests.
package feed

import (
	"context"
	"sync"
	"time"

	"wslab/server/gateway"
)

// The events of the feed. A page that connects hears the newest state first.
const (
	Console  gateway.Event[Line]    = "console"
	Status   gateway.Event[State]   = "status"
	Verdicts gateway.Event[Results] = "verdicts"
)

// Whose code printed a line.
const (
	Mine     = "mine"
	Solution = "solution"
)

// Line is one line that the lesson's code printed.
type Line struct {
	At     time.Time `json:"at"`
	Source string    `json:"source"` // Mine or Solution
	Text   string    `json:"text"`
}

// The phases of the learner's function.
const (
	Missing    = "missing" // there is no answer yet
	Building   = "building"
	Running    = "running"
	BuildError = "build_error"
	Crashed    = "crashed"
)

// State is how the learner's function is doing.
type State struct {
	Phase    string    `json:"phase"`
	Message  string    `json:"message,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
}

// Problem is something wrong at a place in the learner's code.
type Problem struct {
	File    string `json:"file,omitempty"` // from the root of the repository
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Message string `json:"message"`
}

// Results are the verdicts of one run of the lesson's tests on the learner's code.
type Results struct {
	Running bool     `json:"running"`
	Tests   []Result `json:"tests"`
}

// Result is the verdict of one test.
type Result struct {
	Name    string `json:"name"`
	Passed  bool   `json:"passed"`
	Message string `json:"message,omitempty"` // what was expected and what came
	Where   string `json:"where,omitempty"`   // file:line of the expectation
}

// kept is how many lines a page that connects late still sees.
const kept = 200

// Feed remembers the newest state and tells it to whoever listens.
type Feed struct {
	*gateway.Namespace

	mu       sync.Mutex
	lines    []Line
	state    State
	verdicts Results
}

// New returns a feed that has nothing to tell yet. Its namespace serves the pages.
func New() *Feed {
	f := &Feed{state: State{Phase: Missing}}
	f.Namespace = gateway.NewNamespace(func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{OnConnect: f.catchUp}
	})
	return f
}

func (f *Feed) catchUp(_ context.Context, socket *gateway.Socket) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, line := range f.lines {
		if err := Console.Emit(socket, line); err != nil {
			return err
		}
	}
	if err := Status.Emit(socket, f.state); err != nil {
		return err
	}
	return Verdicts.Emit(socket, f.verdicts)
}

// Print tells that the lesson's code printed a line.
func (f *Feed) Print(source, text string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	line := Line{At: time.Now(), Source: source, Text: text}
	f.lines = append(f.lines, line)
	if len(f.lines) > kept {
		f.lines = f.lines[1:]
	}
	_ = Console.Emit(f, line) // a line always encodes
}

// SetState tells how the learner's function is doing.
func (f *Feed) SetState(s State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state = s
	_ = Status.Emit(f, s)
}

// SetResults tells the verdicts of the tests.
func (f *Feed) SetResults(r Results) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.verdicts = r
	_ = Verdicts.Emit(f, r)
}
