package function

import (
	"context"
	"errors"
	"time"
)

// Deploy builds the source as it is now, starts it, and lets it take over. Sockets stay open: what
// their clients send meanwhile waits for the new version, which meets each of them with OnConnect, as
// if it had just connected, though it keeps its id and its user. Nothing else is kept: the new version
// begins with empty memory and empty rooms. Where the source does not build or start, nothing changes
// but the state, and the error is an [*Error].
func (f *Function) Deploy(ctx context.Context) error {
	if err := f.take(ctx); err != nil {
		return err
	}
	defer f.give()
	defer f.first.Do(func() { close(f.deployed) })
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(f.ctx, cancel)()
	f.stopCompiling() // it would slow this down
	begun, before := time.Now(), f.State().Phase
	f.tell(func(s *State) { s.Phase = Building })
	p, in, err := f.prepare(ctx)
	if err != nil {
		f.broken(err, before)
		return err
	}
	if !f.hand(p, in) {
		return f.parting()
	}
	f.forgive()
	f.tell(func(s *State) {
		*s = State{Phase: Running, Version: s.Version + 1, Compiled: p.compiled, Took: time.Since(begun)}
	})
	f.compileLater(p)
	return nil
}

// prepare builds and starts.
func (f *Function) prepare(ctx context.Context) (*program, *instance, error) {
	wasm, err := build(ctx, f.options.Root, f.options.Package, f.options.exports)
	if err != nil {
		return nil, nil, err
	}
	p, err := f.load(ctx, wasm)
	if err != nil {
		return nil, nil, err
	}
	in, err := f.start(p)
	if err != nil {
		p.close()
		return nil, nil, err
	}
	return p, in, nil
}

// forgive forgets the crashes of the versions before.
func (f *Function) forgive() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pause = pause{}
}

// broken says why the source could not be deployed. An abandoned Deploy says nothing of the source.
func (f *Function) broken(err error, before Phase) {
	var e *Error
	f.tell(func(s *State) {
		switch {
		case errors.As(err, &e):
			s.Phase, s.Problems = Broken, e.Problems
		case errors.Is(err, context.Canceled):
			if s.Phase = before; before == Running && f.live() == nil {
				s.Phase = Crashed // meanwhile
			}
		default:
			s.Phase, s.Problems = Broken, []Problem{{Message: err.Error()}}
		}
	})
}
