package frame

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestAPacketOfSocketIOReadsAsItWasWritten(t *testing.T) {
	for _, p := range []SocketIO{
		{Type: '0', Namespace: "/"},
		{Type: '5', Attachments: -1},
		{Type: '5', Attachments: 2, Namespace: `/"a"`, HasID: true, ID: 1<<64 - 1, Payload: `["x",{"b":"\u00f1"}]`},
	} {
		got, err := ParseSocketIO(p.Append(nil))
		require.NoError(t, err)
		require.Equal(t, p, got)
	}
}

func TestAnAnswerIsTheAnswerOrWhatWentWrong(t *testing.T) {
	got, err := ParseAnswered(Answered([]byte("text"), nil))
	require.NoError(t, err)
	require.Equal(t, "text", string(got))
	_, err = ParseAnswered(Answered(nil, errors.New("no packet")))
	require.ErrorIs(t, err, ErrCodec)
	require.ErrorContains(t, err, "no packet")
	_, err = ParseAnswered(Answered(make([]byte, MaxPayload), nil))
	require.ErrorIs(t, err, ErrCodec, "it would not fit into a frame")
}

func FuzzParseSocketIO(f *testing.F) {
	f.Add(SocketIO{Type: '2', Namespace: "/", Payload: `["x"]`}.Append(nil))
	f.Add([]byte{255, 255, 255, 255, '{'})
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParseSocketIO(b)
		if err != nil {
			return
		}
		again, err := ParseSocketIO(p.Append(nil))
		require.NoError(t, err)
		require.Equal(t, p, again)
	})
}
