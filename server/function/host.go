package function

import (
	"context"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// Protected implements [gateway.Host].
func (f *Function) Protected(ctx context.Context) (bool, error) {
	in, err := f.running(ctx)
	if err != nil {
		return false, gateway.AsDisconnect(err)
	}
	return in.protected, nil
}

// Authenticate implements [gateway.Host].
func (f *Function) Authenticate(ctx context.Context, h gateway.Handshake) (gateway.User, error) {
	question := frame.JSON(frame.Authenticate, 0, h)
	payload, in, err := f.ask(ctx, question)
	if err != nil {
		return gateway.User{}, gateway.AsDisconnect(err)
	}
	question.Payload = payload
	var answer frame.Answer
	switch err := question.Unmarshal(&answer); {
	case err != nil:
		return gateway.User{}, gateway.AsDisconnect(err)
	case answer.Refusal != nil:
		return gateway.User{}, *answer.Refusal
	}
	answer.User.Asked = in.protected
	return answer.User, nil
}

// replaced waits until in, of which that is known to happen, is not the instance that answers.
func (f *Function) replaced(ctx context.Context, in *instance) error {
	if f.live() != in {
		return nil
	}
	if err := f.take(ctx); err != nil {
		return err
	}
	f.give()
	return nil
}

// Serve implements [gateway.Host].
func (f *Function) Serve(ctx context.Context, link gateway.Link, user gateway.User) gateway.Disconnect {
	_, err := f.running(ctx)
	s, added := (*socket)(nil), false
	if err == nil {
		if s, added = f.add(link, user); !added {
			err = f.parting()
		}
	}
	if err != nil {
		why := gateway.AsDisconnect(err)
		_ = link.Close(why) // nobody is left to tell
		return why
	}
	defer f.remove(s)
	return s.serve(ctx)
}

// Close ends every socket with why, and the function for good. It returns when nothing of it is left.
// Code that does not let its sockets go in time, or until ctx ends, is stopped wherever it is.
func (f *Function) Close(ctx context.Context, why gateway.Disconnect) error {
	f.mu.Lock()
	in, again := f.current, f.closed
	f.current, f.closed, f.farewell = nil, true, why
	f.mu.Unlock()
	if again {
		return nil
	}
	if in != nil {
		in.end(ctx, why)
	}
	f.cancel()           // a build, what drains, and sockets that no guest serves
	f.turn <- struct{}{} // for good
	f.quiet.Stop()
	f.ending.Wait()
	for _, p := range []*program{f.program, f.compiled} {
		if p != nil {
			p.close()
		}
	}
	f.serving.Wait()
	f.tell(func(s *State) { s.Phase = Stopped })
	return context.Cause(ctx)
}
