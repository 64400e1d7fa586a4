package function

import (
	"context"
	"errors"
	"time"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// start runs the program until its gateway is there.
func (f *Function) start(p *program) (*instance, error) {
	c := newConsole(f.log)
	in, err := run(f.ctx, p, f.options.Stall, c, func(fault frame.Frame) error { return f.survived(fault, c) })
	switch {
	case err == nil:
		return in, nil
	case errors.Is(err, context.Canceled):
		return nil, err
	}
	return nil, &Error{[]Problem{f.source().crash(err, string(c.trace), f.options.Stall)}}
}

// restart starts the last version again after a crash. The turn is held.
func (f *Function) restart() (*instance, error) {
	if f.program == nil || f.pauseLeft() > 0 {
		return nil, gateway.TryAgainLater
	}
	f.mu.Lock()
	crashed := f.crashed
	f.mu.Unlock()
	if crashed != nil {
		<-crashed.over // first it is said that it crashed, and then that it runs again
	}
	p := f.program
	if f.compiled != nil {
		p, f.compiled = f.compiled, nil
	}
	in, err := f.start(p)
	if err != nil {
		if p != f.program {
			p.close()
		}
		f.mu.Lock()
		f.pause.after(time.Now())
		f.mu.Unlock()
		f.broken(err, Crashed)
		return nil, gateway.TryAgainLater
	}
	if !f.hand(p, in) {
		return nil, f.parting()
	}
	f.tell(func(s *State) { s.Phase, s.Compiled = Running, p.compiled })
	return in, nil
}

// watch waits until the instance ends, and says so where it was the one that answered. Its sockets
// stay: the next packet or connection starts the version again.
func (f *Function) watch(in *instance) {
	defer close(in.over)
	err := in.guest.Err()
	in.console.flush()
	in.move()
	f.mu.Lock()
	crashed := f.current == in
	if crashed {
		f.current, f.crashed = nil, in
		f.pause.after(time.Now())
	}
	f.mu.Unlock()
	in.sweep()
	if crashed {
		p := f.source().crash(err, string(in.console.trace), f.options.Stall)
		f.tell(func(s *State) {
			if f.live() == nil { // else the next version answers already
				s.Phase, s.Problems = Crashed, []Problem{p}
			}
		})
	}
}

// survived says what is wrong with the version that answers, although it goes on.
func (f *Function) survived(fault frame.Frame, c *console) error {
	problem, err := f.source().fault(fault)
	if err != nil {
		return err
	}
	c.say(problem.String())
	f.tell(func(s *State) {
		if in := f.live(); in != nil && in.console == c {
			s.Problems = []Problem{problem}
		}
	})
	return nil
}
