package app

import (
	"context"
	"fmt"
	"io"
	"sync"

	"wslab/server/course"
	"wslab/server/course/feed"
	"wslab/server/function"
)

// doing tells a lesson's page how the learner's answer is doing. Two know something of it: the function that
// runs it, and who looks at each text before it is built. A text that is refused never reaches the function,
// which goes on to tell of the version before: what it says is told with the refusal of the newest text.
type doing struct {
	tell func(feed.State)

	mu       sync.Mutex
	function feed.State // what the function told last
	refusal  *refusal   // of the newest text; nil where it is for the function to judge
}

// A refusal says why a text is not even built.
type refusal struct {
	problems []feed.Problem
	message  string // where it is nothing in the text
}

// changed hears how the function is doing.
func (d *doing) changed(s feed.State) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.function = s
	d.tell(d.state())
}

// inspected hears what was found in a text before it is built, and tells whether it is to be built. Once ctx
// has ended there is a newer text, which alone counts.
func (d *doing) inspected(ctx context.Context, problems []feed.Problem, err error) (build bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if ctx.Err() != nil {
		return false
	}
	d.refusal = nil
	if err == nil && len(problems) == 0 {
		return true // the function says at once that it builds
	}
	d.refusal = &refusal{problems: problems}
	if err != nil {
		d.refusal.message = err.Error()
	}
	d.tell(d.state())
	return false
}

// state is what there is to tell. The version before a refused text, if any, goes on.
func (d *doing) state() feed.State {
	s := d.function
	if d.refusal != nil {
		s.Phase, s.Problems, s.Message = feed.BuildError, d.refusal.problems, d.refusal.message
	}
	return s
}

// pageState says in the feed's words how a function is doing.
func pageState(s function.State) feed.State {
	phases := map[function.Phase]string{
		function.Building: feed.Building,
		function.Running:  feed.Running,
		function.Broken:   feed.BuildError,
		function.Crashed:  feed.Crashed,
		function.Stopped:  feed.Missing,
	}
	state := feed.State{Phase: phases[s.Phase], Version: s.Version, Serving: s.Serving}
	for _, p := range s.Problems {
		state.Problems = append(state.Problems, feed.Problem{File: p.File, Line: p.Line, Column: p.Column, Kind: string(p.Kind), Message: p.Message})
	}
	return state
}

// A workplace is the terminal of a learner who works on a lesson. The server may serve the lesson before
// somebody sits down there, and after.
type workplace struct {
	out    io.Writer
	lang   string
	helped func() // tells it that the learner got help on the page; or nil
}

// printed hears what the learner's code prints.
func (l *lesson) printed(line function.Line) {
	l.feed.Print(feed.Mine, line.Text)
	if at := l.terminal.Load(); at != nil {
		fmt.Fprintf(at.out, "  │ %s\n", course.Printable(line.Text))
	}
}

// changed hears how the learner's function is doing. A new problem is said in the terminal, too; what does
// not build, the tests have said there.
func (l *lesson) changed(s function.State) {
	l.doing.changed(pageState(s))
	at := l.terminal.Load()
	if at == nil || len(s.Problems) == 0 || s.Phase == function.Broken {
		l.said = ""
		return
	}
	problem := s.Problems[len(s.Problems)-1]
	if said := problem.String(); said != l.said {
		l.said = said
		if line := inWords(problem, at.lang, s.Phase == function.Crashed); line != "" {
			fmt.Fprintf(at.out, "  │ ✗ %s\n", course.Printable(line))
		}
	}
}
