package function

import (
	"context"
	"time"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// codecTimeout is how long a codec may take for a packet: its client hears nothing meanwhile.
const codecTimeout = 5 * time.Second

// Encode has the function's package write a packet of Socket.IO. Options.Codec says that it can.
func (f *Function) Encode(ctx context.Context, p frame.SocketIO) (text string, err error) {
	answer, err := f.code(ctx, frame.Frame{Kind: frame.Encode, Payload: p.Append(nil)})
	return string(answer), err
}

// Decode has the function's package read a packet of Socket.IO. Where it says that text is none, the error
// is a [frame.ErrCodec]; else it says why nobody answered. Options.Codec says that it can.
func (f *Function) Decode(ctx context.Context, text string) (p frame.SocketIO, err error) {
	answer, err := f.code(ctx, frame.Frame{Kind: frame.Decode, Payload: []byte(text)})
	if err != nil {
		return p, err
	}
	return frame.ParseSocketIO(answer)
}

func (f *Function) code(ctx context.Context, question frame.Frame) ([]byte, error) {
	if len(question.Payload) > frame.MaxPayload {
		return nil, frame.ErrTooLong
	}
	ctx, cancel := context.WithTimeoutCause(ctx, codecTimeout, gateway.TryAgainLater)
	defer cancel()
	answer, _, err := f.ask(ctx, question)
	if err != nil {
		return nil, err
	}
	return frame.ParseAnswered(answer)
}
