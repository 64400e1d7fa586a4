package wire_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

// told is what is told of a body that comes in parts of so many bytes.
func told(body []byte, size int) (said []string, frames []wire.Frame) {
	p := wire.NewPackets(func(f wire.Frame, message []byte) {
		said = append(said, string(message))
		frames = append(frames, f)
	})
	for len(body) > 0 {
		n := min(size, len(body))
		p.Write(body[:n])
		body = body[n:]
	}
	p.Close(true)
	return said, frames
}

func TestABodyIsToldPacketByPacket(t *testing.T) {
	body := []byte("42[\"hello\",\"x\"]\x1e3\x1ebAQID\x1e42[\"ñ\"]")
	for size := 1; size < len(body)+1; size++ {
		said, frames := told(body, size)
		require.Equal(t, []string{`42["hello","x"]`, "3", "bAQID", `42["ñ"]`}, said)
		for i, f := range frames {
			require.Equal(t, said[i], string(f.Payload))
			require.Equal(t, wire.Header{Final: true, Opcode: wire.Text, Length: uint64(len(said[i]))}, f.Header)
		}
	}
}

func TestABodyOfNothingHasNoPacket(t *testing.T) {
	said, _ := told(nil, 1)
	require.Empty(t, said)
}

func TestEmptyPacketsAreToldSinceTheyBreakTheProtocol(t *testing.T) {
	said, _ := told([]byte("\x1e2\x1e"), 1)
	require.Equal(t, []string{"", "2", ""}, said)
}

func TestALongPacketIsToldCut(t *testing.T) {
	body := []byte("42" + strings.Repeat("x", 100<<10) + "\x1e3")
	said, frames := told(body, 1000)
	require.Len(t, said[0], 64<<10)
	require.Len(t, frames[0].Payload, wire.Keep)
	require.EqualValues(t, 2+100<<10, frames[0].Length)
	require.Equal(t, "3", said[1])
}

func TestAPacketWhoseEndDoesNotComeIsAFragment(t *testing.T) {
	var frames []wire.Frame
	p := wire.NewPackets(func(f wire.Frame, message []byte) { frames = append(frames, f) })
	p.Write([]byte("3\x1e42[\"he"))
	p.Close(false)
	p.Close(true)
	require.Len(t, frames, 2)
	require.True(t, frames[0].Final)
	require.False(t, frames[1].Final)
	require.Equal(t, `42["he`, string(frames[1].Payload))
}

func FuzzPackets(f *testing.F) {
	f.Add([]byte("42[\"hello\"]\x1e3"), uint(1))
	f.Add([]byte("\x1e\x1e"), uint(2))
	f.Add(bytes.Repeat([]byte("x"), 70<<10), uint(4096))
	f.Fuzz(func(t *testing.T, body []byte, size uint) {
		_, frames := told(body, int(size%(1<<16))+1)
		parts := bytes.Split(body, []byte{0x1E})
		if len(body) == 0 {
			parts = nil
		}
		require.Len(t, frames, len(parts))
		for i, part := range parts {
			require.EqualValues(t, len(part), frames[i].Length)
			require.Equal(t, string(part[:min(len(part), wire.Keep)]), string(frames[i].Payload))
		}
	})
}
