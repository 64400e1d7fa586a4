package app

import (
	"context"

	lesson10 "wslab/lessons/10-socketio/solution"

	"wslab/server/function/frame"
	"wslab/server/protocol/socketio"
)

// A codec writes and reads the packets of Socket.IO as a lesson does: its answer runs here or as a
// function. Its two halves are those of [function.Function].
type codec struct {
	write func(ctx context.Context, p frame.SocketIO) (text string, err error)
	read  func(ctx context.Context, text string) (p frame.SocketIO, err error)
}

// answers are the codecs of the reference answers, by the lesson's id.
var answers = map[string]codec{"socketio": {
	write: func(_ context.Context, p frame.SocketIO) (string, error) {
		return lesson10.Encode(lesson10.Packet{
			Type: lesson10.Type(p.Type), Attachments: p.Attachments,
			Namespace: p.Namespace, HasID: p.HasID, ID: p.ID, Payload: p.Payload,
		}), nil
	},
	read: func(_ context.Context, text string) (frame.SocketIO, error) {
		p, err := lesson10.Decode(text)
		return frame.SocketIO{
			Type: byte(p.Type), Attachments: p.Attachments,
			Namespace: p.Namespace, HasID: p.HasID, ID: p.ID, Payload: p.Payload,
		}, err
	},
}}

var _ socketio.Codec = codec{}

// Encode implements [socketio.Codec].
func (c codec) Encode(p *socketio.Packet) (text string, err error) {
	w := frame.SocketIO{
		Type: byte(p.Type), Attachments: len(p.Attachments), Namespace: p.Namespace,
		HasID: p.Asks || p.Type == socketio.Ack, ID: p.ID, Payload: string(p.Data),
	}
	if w.Namespace == "" {
		w.Namespace = socketio.Main
	}
	if w.Attachments > 0 {
		w.Type += byte(socketio.BinaryEvent - socketio.Event) // or of an Ack: they are as far apart
	}
	return c.write(context.Background(), w)
}

// Decode implements [socketio.Codec]. What it reads is as good as the lesson's code.
func (c codec) Decode(text string) (p *socketio.Packet, due int, err error) {
	r, err := c.read(context.Background(), text)
	if err != nil {
		return nil, 0, err
	}
	p = &socketio.Packet{Type: socketio.Type(r.Type), Namespace: r.Namespace, Data: []byte(r.Payload)}
	if p.Type == socketio.BinaryEvent || p.Type == socketio.BinaryAck {
		p.Type -= socketio.BinaryEvent - socketio.Event
	}
	if p.Asks = r.HasID && p.Type == socketio.Event; p.Asks || p.Type == socketio.Ack {
		p.ID = r.ID
	}
	return p, r.Attachments, nil
}
