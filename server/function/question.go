package function

import (
	"bytes"
	"context"
	"errors"

	"wslab/server/function/frame"
	"wslab/server/function/wasi"
	"wslab/server/gateway"
)

// ask asks the version that answers now, and the next one where that is replaced before it has answered.
// It returns who answered.
func (f *Function) ask(ctx context.Context, question frame.Frame) (answer []byte, in *instance, err error) {
	for {
		if in, err = f.running(ctx); err != nil {
			return nil, nil, err
		}
		if answer, err = in.ask(ctx, question); !errors.Is(err, errReplaced) {
			return answer, in, err
		}
		if err := f.replaced(ctx, in); err != nil {
			return nil, nil, err
		}
	}
}

// ask asks the guest. Where it never heard the question, or is replaced before it answers, the error is
// errReplaced; where it crashes, of which the question may be the reason, [wasi.ErrEnded].
func (in *instance) ask(ctx context.Context, question frame.Frame) ([]byte, error) {
	id, answer := in.question()
	defer in.forget(id)
	question.Socket = id
	if err := in.tell(question); errors.Is(err, wasi.ErrEnded) {
		return nil, errReplaced
	} else if err != nil {
		return nil, err
	}
	select {
	case a := <-answer:
		return a, nil
	case <-in.over:
		if in.hushed() {
			return nil, errReplaced
		}
		return nil, wasi.ErrEnded
	case <-ctx.Done():
		return nil, gateway.AsDisconnect(context.Cause(ctx))
	}
}

func (in *instance) question() (id uint32, answer chan []byte) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.last++
	answer = make(chan []byte, 1)
	in.questions[in.last] = answer
	return in.last, answer
}

func (in *instance) forget(id uint32) {
	in.mu.Lock()
	defer in.mu.Unlock()
	delete(in.questions, id)
}

// answered takes the guest's answer to a question.
func (in *instance) answered(f frame.Frame) {
	in.mu.Lock()
	defer in.mu.Unlock()
	if answer, asked := in.questions[f.Socket]; asked {
		delete(in.questions, f.Socket)
		answer <- bytes.Clone(f.Payload)
	}
}
