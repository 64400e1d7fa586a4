// Package feed is what a lesson's page hears of the learning loop, as a gateway of its own: what the
// lesson's code prints, how the learner's function is doing, the verdicts of the tests, and how far the
// learner has come. The page asks for hints and for the answer through it, so that page and terminal agree.
package feed

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"wslab/server/gateway"
)

// The events of the feed. A page that connects hears the newest of each first.
const (
	Console  gateway.Event[Line]     = "console"
	Status   gateway.Event[State]    = "status"
	Verdicts gateway.Event[Results]  = "verdicts"
	Progress gateway.Event[Standing] = "progress"
)

// What a page asks for.
const (
	Hint  gateway.Request[struct{}, Standing] = "hint"  // the next hint
	Show  gateway.Request[struct{}, Standing] = "show"  // the answer, before the tests have passed
	Again gateway.Event[struct{}]             = "again" // one more run of the tests
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
	Version  int       `json:"version,omitempty"` // counts the texts that came to answer; it is the one that answers
	Serving  bool      `json:"serving,omitempty"` // clients are answered, perhaps by the version before
	Message  string    `json:"message,omitempty"`
	Problems []Problem `json:"problems,omitempty"`
}

// Problem is something wrong at a place in the learner's code.
type Problem struct {
	File    string `json:"file,omitempty"` // from the root of the repository
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Kind    string `json:"kind,omitempty"` // of a function's problem: panic, stalled, loop, …
	Message string `json:"message"`
	Said    Words  `json:"said,omitempty"`   // Message, where other languages say it otherwise
	Means   Words  `json:"means,omitempty"`  // in plain words, for who does not know what the compiler means
	Source  string `json:"source,omitempty"` // the line of the code
}

// Words are the same in each language: "en", "es".
type Words map[string]string

// Where the tests run.
const (
	Natively  = "native"
	InBrowser = "browser"
)

// Results are what one run of the lesson's tests found, at one place.
type Results struct {
	Place    string    `json:"place"` // Natively or InBrowser
	Running  bool      `json:"running"`
	Tests    []Result  `json:"tests,omitempty"`
	Problems []Problem `json:"problems,omitempty"` // why nothing could be tested: what the compiler says
	Warnings []Problem `json:"warnings,omitempty"` // what vet says; the tests ran all the same
	Message  string    `json:"message,omitempty"`  // why they could not run, for a reason that is not in the code
}

// Result is the verdict of one test.
type Result struct {
	Name     string   `json:"name"`
	Passed   bool     `json:"passed"`
	Expected Words    `json:"expected,omitempty"` // what the test waited for; empty where it says it otherwise
	Got      Words    `json:"got,omitempty"`      // what came
	Message  string   `json:"message,omitempty"`  // what else it says
	Where    string   `json:"where,omitempty"`    // file:line of the expectation
	Hangs    bool     `json:"hangs,omitempty"`    // it was ended because it did not end
	Crashed  bool     `json:"crashed,omitempty"`  // the code panicked: what the test waited for could not come
	Printed  []string `json:"printed,omitempty"`  // what the code printed meanwhile, its first lines
}

// Standing is how far the learner has come with the lesson.
type Standing struct {
	Done  bool `json:"done"`  // the tests have passed on some text of the learner's
	Hints int  `json:"hints"` // how many have been revealed
	Shown bool `json:"shown"` // the answer was shown before the tests passed
}

// A Desk does what a page asks for, and says with [Feed.SetStanding] how the learner stands then: it alone knows
// which reading is the newest. Its methods may be called at the same time.
type Desk interface {
	Hint() (Standing, error) // reveals the next hint; where there is none, it changes nothing
	Show() (Standing, error) // remembers that the answer was shown
	Again()                  // runs the tests once more
}

// kept is how many lines a page that connects late still sees.
const kept = 200

// Feed remembers the newest of everything and tells it to whoever listens.
type Feed struct {
	*gateway.Namespace
	desk Desk

	mu       sync.Mutex
	lines    []Line
	state    State
	standing Standing
	verdicts map[string]Results // by place
}

// New returns a feed that has nothing to tell yet. Its namespace serves the pages. With a nil desk
// whoever asks for something is refused.
func New(desk Desk) *Feed {
	f := &Feed{desk: desk, state: State{Phase: Missing}, verdicts: map[string]Results{}}
	f.Namespace = gateway.NewNamespace(func(gateway.Emitter) gateway.Gateway {
		return gateway.Gateway{
			OnConnect: f.catchUp,
			Events: gateway.Events{
				Hint.Handle(f.standingAfter(Desk.Hint)),
				Show.Handle(f.standingAfter(Desk.Show)),
				Again.On(f.again),
			},
		}
	})
	return f
}

// errNobody refuses whoever asks where nobody works on the lesson.
var errNobody = &gateway.Error{Code: "nobody_works_here", Message: "nobody works on this lesson: start it with ./task lesson:N"}

// standingAfter does what a page asks for, and answers how the learner stands then.
func (f *Feed) standingAfter(do func(Desk) (Standing, error)) func(context.Context, *gateway.Socket, struct{}) (Standing, error) {
	return func(context.Context, *gateway.Socket, struct{}) (Standing, error) {
		if f.desk == nil {
			return Standing{}, errNobody
		}
		standing, err := do(f.desk)
		if err != nil {
			return standing, &gateway.Error{Code: "not_kept", Message: err.Error()}
		}
		return standing, nil
	}
}

func (f *Feed) again(context.Context, *gateway.Socket, struct{}) error {
	if f.desk == nil {
		return errNobody
	}
	f.desk.Again()
	return nil
}

// caughtUp is the room of the pages that have heard what was before: a page must not hear a line twice.
const caughtUp = "caught up"

func (f *Feed) catchUp(_ context.Context, socket *gateway.Socket) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	socket.Join(caughtUp) // nothing new is told before this returns
	for _, line := range f.lines {
		if err := Console.Emit(socket, line); err != nil {
			return err
		}
	}
	if err := Status.Emit(socket, f.state); err != nil {
		return err
	}
	if err := Progress.Emit(socket, f.standing); err != nil {
		return err
	}
	for _, place := range slices.Backward(slices.Sorted(maps.Keys(f.verdicts))) { // natively first
		if err := Verdicts.Emit(socket, f.verdicts[place]); err != nil {
			return err
		}
	}
	return nil
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
	_ = Console.Emit(f.To(caughtUp), line) // a line always encodes
}

// SetState tells how the learner's function is doing.
func (f *Feed) SetState(s State) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.state = s
	_ = Status.Emit(f.To(caughtUp), s)
}

// SetResults tells what the tests found at r's place. They run natively first: what was found in a browser
// before is about another text.
func (f *Feed) SetResults(r Results) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if r.Place == Natively {
		delete(f.verdicts, InBrowser)
	}
	f.verdicts[r.Place] = r
	_ = Verdicts.Emit(f.To(caughtUp), r)
}

// SetStanding tells how far the learner has come.
func (f *Feed) SetStanding(s Standing) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.standing = s
	_ = Progress.Emit(f.To(caughtUp), s)
}
