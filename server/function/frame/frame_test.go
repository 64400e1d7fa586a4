package frame

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

// decode feeds stream in pieces of size and returns the frames in it.
func decode(t *testing.T, stream []byte, size int) (frames []Frame) {
	t.Helper()
	var d Decoder
	for len(stream) > 0 {
		n := min(size, len(stream))
		require.NoError(t, d.Decode(stream[:n], func(f Frame) error {
			f.Payload = bytes.Clone(f.Payload)
			frames = append(frames, f)
			return nil
		}))
		stream = stream[n:]
	}
	return frames
}

func TestFramesArriveWholeHoweverTheStreamIsCut(t *testing.T) {
	sent := []Frame{
		{Connect, 1, []byte(`{"id":"a"}`)},
		{Packet, 7, bytes.Repeat([]byte("x"), 100_000)},
		{Ended, 1<<32 - 1, []byte{}},
	}
	var stream []byte
	for _, f := range sent {
		stream = f.Append(stream)
	}
	for _, size := range []int{1, 3, 4096, len(stream)} {
		got := decode(t, stream, size)
		require.Len(t, got, len(sent))
		for i := range sent {
			require.Equal(t, sent[i].Kind, got[i].Kind)
			require.Equal(t, sent[i].Socket, got[i].Socket)
			require.True(t, bytes.Equal(sent[i].Payload, got[i].Payload))
		}
	}
}

func TestAFrameThatAnnouncesTooMuchIsRefusedBeforeItArrives(t *testing.T) {
	var d Decoder
	long := binary.LittleEndian.AppendUint32(nil, header+MaxPayload+1)
	require.ErrorIs(t, d.Decode(long, nil), ErrTooLong)
}

func TestAFrameShorterThanItsHeaderIsRefused(t *testing.T) {
	var d Decoder
	require.Error(t, d.Decode([]byte{4, 0, 0, 0, 'P'}, nil))
}

func TestAPacketReadsAsItWasWritten(t *testing.T) {
	for _, p := range []*gateway.Packet{
		{Kind: gateway.KindEvent, Event: "message", Payload: gateway.Payload{Data: json.RawMessage(`{"text":"hi"}`)}},
		{Kind: gateway.KindRequest, Event: "who", ID: 1<<53 - 1},
		{Kind: gateway.KindAck, ID: 3, Payload: gateway.Payload{Data: json.RawMessage(`null`)}},
		{Kind: gateway.KindAck, ID: 4, Err: &gateway.Error{Code: "not_found", Message: "no such socket"}},
		{Kind: gateway.KindInvalid, Err: &gateway.Error{Code: "bad_message", Message: "no envelope"}},
		{Kind: gateway.KindRequest, Event: "several", Payload: gateway.Payload{Data: json.RawMessage(`[1,2]`), Several: true}},
		{Kind: gateway.KindEvent, Event: "picture", Payload: gateway.Payload{Data: json.RawMessage(`{"_placeholder":true,"num":0}`), Attachments: [][]byte{{1, 2}, {}, {3}}}},
		{Kind: gateway.KindReply, Event: "", Payload: gateway.Payload{Data: json.RawMessage(`1`)}},
	} {
		got, err := ParsePacket(Format.Encode(p))
		require.NoError(t, err)
		require.Equal(t, p, got)
	}
}

func TestAPacketOfAnInnerKindIsRefused(t *testing.T) {
	b := Format.Encode(&gateway.Packet{Event: "x"})
	b[0] = byte(gateway.KindInvalid) + 1
	_, err := ParsePacket(b)
	require.Error(t, err)
}

// The guest may keep just under TakenEvery to itself; whatever comes next must still fit.
func TestEveryPacketFindsRoomInTheWindow(t *testing.T) {
	largest := Cost(make([]byte, MaxPayload))
	require.LessOrEqual(t, TakenEvery-1+largest, Window)
	require.GreaterOrEqual(t, MaxInFlight*Cost(nil), Window)
}

func FuzzDecode(f *testing.F) {
	f.Add(Frame{Packet, 3, []byte("payload")}.Append(nil), uint8(2))
	f.Add(TakenFrame(1, 4096).Append(nil), uint8(200))
	f.Add([]byte{0, 0, 0, 0, 0}, uint8(1))
	f.Fuzz(func(t *testing.T, stream []byte, size uint8) {
		var d Decoder
		var again []byte
		rest := stream
		for len(rest) > 0 {
			n := min(int(size)+1, len(rest))
			if d.Decode(rest[:n], func(f Frame) error { again = f.Append(again); return nil }) != nil {
				return
			}
			rest = rest[n:]
		}
		require.True(t, bytes.Equal(stream, append(again, d.partial...)))
	})
}

func FuzzParsePacket(f *testing.F) {
	f.Add(Format.Encode(&gateway.Packet{Kind: gateway.KindRequest, Event: "who", ID: 2, Payload: gateway.Payload{Data: json.RawMessage(`[]`)}}))
	f.Add(Format.Encode(&gateway.Packet{Kind: gateway.KindAck, Err: &gateway.Error{Code: "c", Message: "m"}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := ParsePacket(b)
		if err != nil {
			return
		}
		again, err := ParsePacket(Format.Encode(p))
		require.NoError(t, err)
		require.Equal(t, p, again)
	})
}
