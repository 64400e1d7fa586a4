package guest

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/function/frame"
	"wslab/server/gateway"
)

// echoes is a codec with the payload alone.
var echoes = Codec{
	Encode: func(p frame.SocketIO) string { return p.Payload },
	Decode: func(text string) (frame.SocketIO, error) {
		if text == "" {
			return frame.SocketIO{}, errors.New("it is empty")
		}
		return frame.SocketIO{Type: text[0], Payload: text[5:]}, nil
	},
}

func idle(gateway.Emitter) gateway.Gateway { return gateway.Gateway{} }

func TestTheCodecAnswersTheHost(t *testing.T) {
	run(t, idle, func(t *testing.T, h *host) {
		h.expect(frame.Ready)
		h.send(frame.Frame{Kind: frame.Decode, Socket: 7, Payload: []byte("2    []")})
		answer := h.expect(frame.Decode)
		require.Equal(t, uint32(7), answer.Socket)
		payload, err := frame.ParseAnswered(answer.Payload)
		require.NoError(t, err)
		p, err := frame.ParseSocketIO(payload)
		require.NoError(t, err)
		require.Equal(t, frame.SocketIO{Type: '2', Payload: "[]"}, p)
		h.send(frame.Frame{Kind: frame.Encode, Socket: 8, Payload: p.Append(nil)})
		payload, err = frame.ParseAnswered(h.expect(frame.Encode).Payload)
		require.NoError(t, err)
		require.Equal(t, "[]", string(payload))
	})
}

func TestAPanicOfTheCodecIsToldAndAnsweredAsAnError(t *testing.T) {
	run(t, idle, func(t *testing.T, h *host) {
		h.expect(frame.Ready)
		h.send(frame.Frame{Kind: frame.Decode, Socket: 1, Payload: []byte("2")})
		var p frame.Panic
		require.NoError(t, h.expect(frame.Panicked).Unmarshal(&p))
		require.Equal(t, "Decode", p.What)
		require.Contains(t, p.Stack, "codec_test.go")
		_, err := frame.ParseAnswered(h.expect(frame.Decode).Payload)
		require.ErrorIs(t, err, frame.ErrCodec)
	})
}
