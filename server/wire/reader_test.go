package wire_test

import (
	"bytes"
	"compress/flate"
	"encoding/binary"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"github.com/gobwas/ws"
	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

// read returns the frames of one direction, given in parts of at most so many bytes.
func read(up bool, extension string, stream []byte, part int) (frames []wire.Frame, messages []string) {
	r := wire.NewReader(up, extension, func(f wire.Frame, message []byte) {
		frames = append(frames, f)
		if message != nil {
			messages = append(messages, string(message))
		}
	})
	for len(stream) > 0 {
		n := min(part, len(stream))
		r.Write(stream[:n])
		stream = stream[n:]
	}
	r.Close()
	return frames, messages
}

// frame is a frame as another library writes it.
func frame(t testing.TB, f ws.Frame, masked bool) []byte {
	var b bytes.Buffer
	if masked {
		f = ws.MaskFrame(f)
	}
	require.NoError(t, ws.WriteFrame(&b, f))
	return b.Bytes()
}

// parsed returns what another library reads.
func parsed(t *testing.T, stream []byte) (frames []wire.Frame) {
	r := bytes.NewReader(stream)
	for r.Len() > 0 {
		before := r.Len()
		h, err := ws.ReadHeader(r)
		require.NoError(t, err)
		size := before - r.Len()
		payload := make([]byte, h.Length)
		_, err = io.ReadFull(r, payload)
		require.NoError(t, err)
		if h.Masked {
			ws.Cipher(payload, h.Mask, 0)
		}
		frames = append(frames, wire.Frame{
			Header: wire.Header{
				Final: h.Fin, RSV: h.Rsv, Opcode: wire.Opcode(h.OpCode), Masked: h.Masked, Key: binary.BigEndian.Uint32(h.Mask[:]),
				Length: uint64(h.Length), Size: size,
			},
			Payload: payload[:min(len(payload), wire.Keep)],
		})
	}
	return frames
}

func TestFramesOfEveryLengthAreReadAsAnotherLibraryReadsThem(t *testing.T) {
	for _, up := range []bool{true, false} {
		var stream []byte
		for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536, 200_000} {
			stream = append(stream, frame(t, ws.NewBinaryFrame(bytes.Repeat([]byte("wire"), n/4+1)[:n]), up)...)
		}
		want := parsed(t, stream)
		for _, part := range []int{1, 2, 3, 7, 4096, len(stream)} {
			got, _ := read(up, "", stream, part)
			require.Len(t, got, len(want))
			for i := range want {
				require.Equal(t, want[i].Header, got[i].Header)
				require.Equal(t, string(want[i].Payload), string(got[i].Payload))
				require.Empty(t, got[i].Breaks)
			}
		}
	}
}

func TestAFragmentedMessageIsReadAroundThePingsInsideIt(t *testing.T) {
	var stream []byte
	stream = append(stream, frame(t, ws.NewFrame(ws.OpText, false, []byte("hel")), true)...)
	stream = append(stream, frame(t, ws.NewPingFrame([]byte("still there?")), true)...)
	stream = append(stream, frame(t, ws.NewFrame(ws.OpContinuation, false, []byte("lo ")), true)...)
	stream = append(stream, frame(t, ws.NewPongFrame(nil), true)...)
	stream = append(stream, frame(t, ws.NewFrame(ws.OpContinuation, true, []byte("world")), true)...)
	frames, messages := read(true, "", stream, 5)
	require.Equal(t, []string{"hello world"}, messages)
	require.Len(t, frames, 5)
	for _, f := range frames {
		require.Empty(t, f.Breaks)
	}
}

func TestALongMessageIsToldSoThatItsEventCanBeKnown(t *testing.T) {
	long := strings.Repeat("é", 30_000)
	frames, messages := read(true, "", frame(t, ws.NewTextFrame([]byte(long)), true), 1000)
	require.Equal(t, []string{long}, messages)
	require.Len(t, frames[0].Payload, wire.Keep)
}

func TestACloseFrameSaysItsCodeAndReason(t *testing.T) {
	for code := 0; code < 5000; code++ {
		body := append(binary.BigEndian.AppendUint16(nil, uint16(code)), "why"...)
		frames, _ := read(false, "", frame(t, ws.NewCloseFrame(body), false), 64)
		require.Equal(t, code, frames[0].Code)
		require.Equal(t, "why", frames[0].Reason)
		// RFC 6455, section 7.4, and IANA's registry of close codes
		allowed := code >= 1000 && code <= 1003 || code >= 1007 && code <= 1014 || code >= 3000
		require.Equal(t, !allowed, frames[0].Breaks == wire.BreaksClose, "code %d: %q", code, frames[0].Breaks)
	}
}

// deflated compresses messages as RFC 7692 has it, each of which may refer to those before.
func deflated(t testing.TB, takeover bool, messages ...string) (stream []byte) {
	var b bytes.Buffer
	w, err := flate.NewWriter(&b, flate.BestCompression)
	require.NoError(t, err)
	for _, m := range messages {
		b.Reset()
		if !takeover {
			w.Reset(&b)
		}
		_, err := io.WriteString(w, m)
		require.NoError(t, err)
		require.NoError(t, w.Flush())
		f := ws.NewTextFrame(bytes.Clone(bytes.TrimSuffix(b.Bytes(), []byte{0, 0, 0xFF, 0xFF})))
		f.Header.Rsv = ws.Rsv(true, false, false)
		stream = append(stream, frame(t, f, false)...)
	}
	return stream
}

func TestACompressedMessageIsInflated(t *testing.T) {
	said := []string{strings.Repeat("hello ", 100), strings.Repeat("hello ", 100) + "again", "", strings.Repeat("x", 40_000) + "hello "}
	for extension, takeover := range map[string]bool{"permessage-deflate": true, "permessage-deflate; server_no_context_takeover": false} {
		frames, _ := read(false, extension, deflated(t, takeover, said...), 11)
		require.Len(t, frames, len(said))
		for i, f := range frames {
			require.Equal(t, said[i][:min(len(said[i]), wire.Keep)], string(f.Inflated))
			require.Empty(t, f.Breaks)
		}
	}
}

func TestABombIsNotInflatedToItsEnd(t *testing.T) {
	bomb := strings.Repeat("\x00", 64<<20)
	frames, _ := read(false, "permessage-deflate; server_no_context_takeover", deflated(t, false, bomb, "after"), 1<<20)
	require.Empty(t, frames[0].Inflated)
	require.Equal(t, "after", string(frames[1].Inflated))
}

func TestWhatBreaksTheProtocolIsSaid(t *testing.T) {
	for wants, stream := range map[string][]byte{
		wire.BreaksReserved:     {0xC1, 0x00},
		wire.BreaksOpcode:       {0x83, 0x00},
		wire.BreaksMasked:       {0x81, 0x80, 1, 2, 3, 4},
		wire.BreaksFragmented:   {0x09, 0x00},
		wire.BreaksLong:         append([]byte{0x89, 126, 0, 126}, make([]byte, 126)...),
		wire.BreaksLength:       {0x81, 126, 0, 1, 'x'},
		wire.BreaksContinuation: {0x80, 0x00},
		wire.BreaksClose:        {0x88, 1, 3},
	} {
		frames, _ := read(false, "", stream, 100)
		require.Len(t, frames, 1, wants)
		require.Equal(t, wants, frames[0].Breaks)
	}
	frames, _ := read(true, "", []byte{0x81, 0x00}, 100)
	require.Equal(t, wire.BreaksUnmasked, frames[0].Breaks)
	frames, _ = read(false, "", []byte{0x01, 0x00, 0x81, 0x00}, 100)
	require.Equal(t, wire.BreaksInterrupted, frames[1].Breaks)
	frames, _ = read(false, "", []byte{0x81, 127, 0x80, 0, 0, 0, 0, 0, 0, 0, 0x81, 0}, 100)
	require.Len(t, frames, 1, "nobody knows where the next frame begins")
}

func TestAFrameThatNeverComesToItsEndSaysWhatIsMissing(t *testing.T) {
	frames, messages := read(false, "", []byte{0x81, 10, 'a', 'b', 'c'}, 2)
	require.Equal(t, "abc", string(frames[0].Payload))
	require.EqualValues(t, 7, frames[0].Short)
	require.Empty(t, messages)
}

func FuzzReader(f *testing.F) {
	f.Add([]byte{0x81, 0x85, 1, 2, 3, 4, 'h' ^ 1, 'e' ^ 2, 'l' ^ 3, 'l' ^ 4, 'o' ^ 1}, true, false, uint8(3))
	f.Add([]byte{0x01, 3, 'h', 'e', 'l', 0x89, 0, 0x80, 2, 'l', 'o', 0x88, 2, 3, 0xE8}, false, false, uint8(1))
	f.Add(deflated(f, true, "hello hello", "hello hello hello"), false, true, uint8(4))
	f.Add([]byte{0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0, 1, 2, 3}, false, false, uint8(200))
	f.Fuzz(func(t *testing.T, stream []byte, up, compressed bool, part uint8) {
		extension := ""
		if compressed {
			extension = "permessage-deflate"
		}
		whole, messages := read(up, extension, stream, len(stream)+1)
		parts, again := read(up, extension, stream, int(part)+1)
		require.Equal(t, fmt.Sprint(whole), fmt.Sprint(parts), "the parts in which it comes change nothing")
		require.Equal(t, messages, again)
		var sum uint64
		for _, f := range whole {
			require.LessOrEqual(t, len(f.Payload), wire.Keep)
			require.LessOrEqual(t, len(f.Inflated), wire.Keep)
			header := f.Header.Append(nil)
			require.Len(t, header, f.Size)
			require.Equal(t, f.Header, wire.ParseHeader(header))
			if f.Length>>63 == 0 {
				sum += uint64(f.Size) + f.Length - f.Short
			}
		}
		require.LessOrEqual(t, sum, uint64(len(stream)))
	})
}

func TestAReaderOfALongConnectionTakesNoMoreMemoryThanOfAShortOne(t *testing.T) {
	var part []byte
	part = append(part, frame(t, ws.NewBinaryFrame(make([]byte, 100_000)), false)...)
	part = append(part, frame(t, ws.NewFrame(ws.OpText, false, []byte("never ")), false)...)
	part = append(part, deflated(t, false, strings.Repeat("ends ", 10_000))...)
	r := wire.NewReader(false, "permessage-deflate", func(wire.Frame, []byte) {})
	heap := func() uint64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	r.Write(part)
	before := heap()
	for range 1000 {
		r.Write(part)
	}
	require.Less(t, heap(), before+1<<20)
	runtime.KeepAlive(r)
}
