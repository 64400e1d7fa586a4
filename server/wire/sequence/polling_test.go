package sequence

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

// polls is a session over polling that ends.
func polls(s *tape) *tape {
	for _, method := range []string{"GET", "POST"} {
		s.add(wire.Entry{Conn: 1, Client: "ana", Up: true, Kind: wire.Request, Head: &wire.Head{Line: method + " /socket.io/?transport=polling HTTP/1.1"}})
		if method == "POST" {
			s.packet(true, "hello", `42["hello","x"]`)
		}
		s.add(wire.Entry{Conn: 1, Client: "ana", Kind: wire.Answer, Polled: true, Head: &wire.Head{Line: "HTTP/1.1 200 OK"}})
		if method == "GET" {
			s.packet(false, "", `0{"sid":"x"}`)
		}
	}
	return s.add(wire.Entry{Conn: 1, Client: "ana", Up: true, Kind: wire.End, Polled: true})
}

func (s *tape) packet(up bool, event, text string) {
	s.add(wire.Entry{Conn: 1, Client: "ana", Up: up, Kind: wire.Packet, Event: event, Frame: &wire.Frame{
		Header: wire.Header{Final: true, Opcode: wire.Text, Length: uint64(len(text))}, Payload: []byte(text),
	}})
}

func TestALifelineOfAClientThatPollsGoesOnAfterEachAnswer(t *testing.T) {
	d := New(polls(new(tape)).entries...)
	require.Equal(t, lifeline{conn: 1, from: 0, open: 1, to: 6}, *d.lines[0])
	require.Len(t, d.lines, 1)
}

func TestAPacketIsAnArrowAsAFrameIs(t *testing.T) {
	d := New(polls(new(tape)).entries...)
	require.Equal(t, row{shape: message, up: true, label: "hello", detail: `42["hello","x"]`}, d.row(4))
	require.Equal(t, row{shape: message, label: "packet", detail: `0{"sid":"x"}`}, d.row(2))
}

func TestTheEndOfPollingIsNoFIN(t *testing.T) {
	require.Equal(t, row{shape: ending, up: true, label: "end"}, New(polls(new(tape)).entries...).row(6))
}
