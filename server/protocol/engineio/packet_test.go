package engineio_test

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/protocol/engineio"
)

// The examples of the protocol's document.
func TestAPayloadIsReadAndWrittenAsTheProtocolHasIt(t *testing.T) {
	const body = "4hello\x1e2\x1e4world\x1ebAQIDBA=="
	packets, err := engineio.DecodePayload([]byte(body))
	require.NoError(t, err)
	require.Equal(t, []engineio.Packet{
		{Type: engineio.Message, Data: []byte("hello")},
		{Type: engineio.Ping, Data: []byte{}},
		{Type: engineio.Message, Data: []byte("world")},
		{Type: engineio.Message, Binary: true, Data: []byte{1, 2, 3, 4}},
	}, packets)
	require.Equal(t, body, string(engineio.AppendPayload(nil, packets...)))
}

func TestOnAWebSocketBinaryStandsForItself(t *testing.T) {
	p, err := engineio.Decode([]byte{1, 2, 3}, true)
	require.NoError(t, err)
	require.Equal(t, engineio.Packet{Type: engineio.Message, Binary: true, Data: []byte{1, 2, 3}}, p)
	require.Equal(t, []byte{1, 2, 3}, p.Append(nil))
}

func TestWhatIsNoPacketIsRefused(t *testing.T) {
	for _, message := range []string{"", "abc", "7", "9", " 4hello", "\x1e"} {
		_, err := engineio.Decode([]byte(message), false)
		require.ErrorIs(t, err, engineio.ErrPacket, "%q", message)
	}
	for _, body := range []string{"", "abc", "4hello\x1e", "\x1e4hello", "b?", "bAQIDBA", "bAQ\n==", "4a\xffb", "4\xe2\x1e4\x82"} {
		_, err := engineio.DecodePayload([]byte(body))
		require.ErrorIs(t, err, engineio.ErrPacket, "%q", body)
	}
}

func FuzzDecodePayload(f *testing.F) {
	f.Add([]byte("4hello\x1e2probe\x1ebAQIDBA==\x1e6"))
	f.Fuzz(func(t *testing.T, body []byte) {
		packets, err := engineio.DecodePayload(body)
		if err != nil {
			return
		}
		again, err := engineio.DecodePayload(engineio.AppendPayload(nil, packets...))
		require.NoError(t, err)
		require.Len(t, again, len(packets))
		for i, p := range packets {
			require.Equal(t, p.Type, again[i].Type)
			require.Equal(t, p.Binary, again[i].Binary)
			require.True(t, bytes.Equal(p.Data, again[i].Data))
		}
	})
}
