package guest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"runtime/debug"

	"wslab/server/function/frame"
)

// A Codec is how a package writes and reads the packets of Socket.IO. The zero Codec is none: the host
// then does it by itself.
type Codec struct {
	Encode func(p frame.SocketIO) string
	Decode func(text string) (frame.SocketIO, error)
}

// code lets the codec answer. What it is slow to answer holds nobody else up.
func (s *session) code(ctx context.Context, f frame.Frame) error {
	if s.codec.Encode == nil || s.codec.Decode == nil {
		return errors.New("the host asks for a codec that is not there")
	}
	question := bytes.Clone(f.Payload)
	s.questions.Go(func() {
		answer, err := s.answer(ctx, f.Kind, question)
		s.send(frame.Frame{Kind: f.Kind, Socket: f.Socket, Payload: frame.Answered(answer, err)})
	})
	return nil
}

func (s *session) answer(ctx context.Context, kind frame.Kind, question []byte) (answer []byte, err error) {
	what, run := "Decode", s.decode
	if kind == frame.Encode {
		what, run = "Encode", s.encode
	}
	err = s.watch.run(&call{what: what, ctx: ctx}, func() (err error) {
		defer func() {
			if r := recover(); r != nil {
				err = s.panicked(what, fmt.Sprint("panic: ", r), debug.Stack())
			}
		}()
		answer, err = run(question)
		return err
	})
	return answer, err
}

func (s *session) encode(question []byte) ([]byte, error) {
	p, err := frame.ParseSocketIO(question)
	if err != nil {
		return nil, err
	}
	return []byte(s.codec.Encode(p)), nil
}

func (s *session) decode(question []byte) ([]byte, error) {
	p, err := s.codec.Decode(string(question))
	if err != nil {
		return nil, err
	}
	return p.Append(nil), nil
}

// panicked tells the host of a panic of the codec, which ends one packet and nothing else.
func (s *session) panicked(what, message string, stack []byte) error {
	s.send(frame.JSON(frame.Panicked, 0, frame.Panic{What: what, Message: message, Stack: string(stack[:min(len(stack), maxStack)])}))
	return errors.New(message)
}
