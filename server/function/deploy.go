package function

import (
	"context"
	"errors"
	"time"

	"wslab/server/gateway"
)

// Deploy builds the source as it is now, starts it, and lets it take over: the sockets of the version
// before end with [NewVersion], and whoever connects from then on meets the new one. Where the source
// does not build or start, nothing changes but the state, and the error is an [*Error].
func (f *Function) Deploy(ctx context.Context) error {
	if err := f.take(ctx); err != nil {
		return err
	}
	defer f.give()
	defer f.first.Do(func() { close(f.deployed) })
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(f.ctx, cancel)()
	begun, before := time.Now(), f.State().Phase
	f.tell(func(s *State) { s.Phase = Building })
	p, in, err := f.prepare(ctx)
	if err != nil {
		f.broken(err, before)
		return err
	}
	if !f.swap(p, in) {
		return gateway.GoingAway
	}
	f.tell(func(s *State) {
		*s = State{Phase: Running, Version: s.Version + 1, Took: time.Since(begun)}
	})
	f.ending.Go(func() { f.watch(in) })
	return nil
}

// prepare builds and starts.
func (f *Function) prepare(ctx context.Context) (*program, *instance, error) {
	wasm, err := Build(ctx, f.options.Root, f.options.Package)
	if err != nil {
		return nil, nil, err
	}
	p, err := load(ctx, wasm, f.options.Cache)
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

// broken says why the source could not be deployed. An abandoned Deploy says nothing of the source.
func (f *Function) broken(err error, before Phase) {
	var e *Error
	f.tell(func(s *State) {
		switch {
		case errors.As(err, &e):
			s.Phase, s.Problems = Broken, e.Problems
		case errors.Is(err, context.Canceled):
			s.Phase = before
		default:
			s.Phase, s.Problems = Broken, []Problem{{Message: err.Error()}}
		}
	})
}

// swap lets in answer, and ends what answered before. The turn is held.
func (f *Function) swap(p *program, in *instance) bool {
	f.mu.Lock()
	old, closed := f.current, f.closed
	if !closed {
		f.current, f.pause = in, pause{}
	}
	f.mu.Unlock()
	if closed {
		in.end(f.ctx, gateway.GoingAway)
		p.close()
		return false
	}
	replaced := f.program
	f.program = p
	f.ending.Go(func() {
		if old != nil {
			old.end(f.ctx, NewVersion)
		}
		if replaced != nil {
			replaced.close()
		}
	})
	return true
}
