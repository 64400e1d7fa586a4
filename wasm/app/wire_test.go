//go:build js

package main

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

// say is a word for each key that a row may need: the key itself.
var say = words{
	"wire.ana": "Ana", "wire.other": "otro", "wire.up": "to the server", "wire.down": "from the server", "wire.kind.continuation": "cont.",
	"wire.kind.end": "end", "wire.end.rst.client": "RST by the client", "wire.lost": "lost", "wire.did.split": "in {value} pieces", "wire.did.drop": "left out",
	"wire.kind.packet": "packet", "wire.end.polled": "polling ends", "wire.breaks.unmasked": "not masked", "wire.fragment": "fragment", "wire.compressed": "compressed", "wire.kind.fault": "fault",
}

func text(up bool, payload string) wire.Entry {
	h := wire.Header{Final: true, Opcode: wire.Text, Masked: up, Key: 0x01020304, Length: uint64(len(payload)), Size: 6}
	if !up {
		h.Key, h.Size = 0, 2
	}
	return wire.Entry{N: 1, Client: "ana", Up: up, Kind: wire.Framed, Frame: &wire.Frame{Header: h, Payload: []byte(payload)}}
}

func TestARowSaysTheEventAndItsData(t *testing.T) {
	e := text(true, `{"event":"message","data":{"text":"hi"}}`)
	e.At, e.Event, e.Handler, e.Place = 1500*time.Millisecond, "message", "(*Chat).say", "lessons/04-messages/solution/messages.go:31"
	r := rowOf(&e, say)
	require.Equal(t, []string{"1.500", "Ana", "→", "text", "40", "message", `{"text":"hi"}`}, []string{r.time, r.who, r.arrow, r.kind, r.length, r.event, r.text})
	require.Equal(t, "(*Chat).say messages.go:31", r.handler)
	require.Empty(t, r.trouble)
}

func TestARowSaysWhatIsWrongInWords(t *testing.T) {
	e := text(true, "x")
	e.Frame.Breaks, e.Faults = wire.BreaksUnmasked, []string{"split=3", "drop"}
	r := rowOf(&e, say)
	require.Equal(t, "in 3 pieces · left out · not masked", r.marks)
	end := wire.Entry{Client: "other 2", Kind: wire.End, Up: true, Reset: true, Lost: true}
	r = rowOf(&end, say)
	require.Equal(t, []string{"otro 2", "RST by the client", "× lost", "yes"}, []string{r.who, r.text, r.marks, r.trouble})
	asked := wire.Entry{Kind: wire.Fault, Faults: []string{"split=0.5"}}
	require.Equal(t, "split=0.5", rowOf(&asked, say).marks, "what was asked for stands as it was asked")
}

func TestARowOfAClientThatPollsSaysWhatWasAskedAndEachPacket(t *testing.T) {
	asks := wire.Entry{Kind: wire.Request, Up: true, Head: &wire.Head{Line: "POST /socket.io/?EIO=4&transport=polling&page=p&as=ana&sid=x HTTP/1.1"}}
	require.Equal(t, "POST /socket.io/?EIO=4&transport=polling&sid=x", rowOf(&asks, say).text)
	e := text(true, `42["hello","x"]`)
	e.Kind, e.Frame.Header = wire.Packet, wire.Header{Final: true, Opcode: wire.Text, Length: 15}
	r := rowOf(&e, say)
	require.Equal(t, []string{"packet", "15", `42["hello","x"]`, "data"}, []string{r.kind, r.length, r.text, r.about})
	require.Equal(t, "polling ends", rowOf(&wire.Entry{Kind: wire.End, Polled: true}, say).text)
}

func TestAPayloadStandsInOneLineWhateverItIs(t *testing.T) {
	require.Equal(t, "a↵b·c", preview([]byte("a\nb\tc")))
	require.Equal(t, "ff 00", preview([]byte{0xFF, 0}))
	long := preview([]byte(strings.Repeat("ñ", 500)))
	require.True(t, strings.HasSuffix(long, "ñ…"), long)
	require.NotContains(t, preview([]byte("a\u202Eb")), "\u202E")
}

func TestAFilterKeepsOutWhatIsNotTicked(t *testing.T) {
	e := text(true, "Hello")
	lets := func(text string, out ...string) bool {
		f := filter{out: map[string]bool{}, text: text}
		for _, name := range out {
			f.out[name] = true
		}
		return f.lets(&e)
	}
	require.True(t, lets(""))
	require.True(t, lets("hello"), "a search does not mind capitals")
	require.False(t, lets("bye"))
	for _, name := range []string{"ana", "up", "data"} {
		require.False(t, lets("", name), name)
	}
	require.True(t, lets("", "bob", "down", "handshake", "control", "faults"))
	e.Faults = []string{"drop"}
	require.True(t, lets("", "data"), "it is a fault, too")
	require.False(t, lets("", "data", "faults"))
}

func TestBytesAreDumpedAsTheyCrossed(t *testing.T) {
	e := text(true, "Hi!")
	header, payload := crossed(e.Frame)
	require.Equal(t, "81 83 01 02 03 04", hexOf(header, " "))
	require.Equal(t, []byte{'H' ^ 1, 'i' ^ 2, '!' ^ 3}, payload)
	require.Equal(t, "0010  48 69 21     Hi!", dump([]byte("Hi!"), 16, 4))
	require.Equal(t, "10000001 10000011", bitsOf(header[:2]))
}

func TestAnInspectorForgetsTheOldest(t *testing.T) {
	i := &inspector{words: say, list: &list{follower: follower{follows: true}}}
	i.list.of = i
	batch := make([]wire.Entry, maxEntries+1)
	for k := range batch {
		batch[k] = text(k%2 == 0, "x")
		batch[k].N = uint64(k + 1)
	}
	i.filter = filter{out: map[string]bool{"down": true}}
	i.take(batch)
	require.Len(t, i.entries, maxEntries+1-letGo)
	require.EqualValues(t, letGo+1, i.entries[0].N)
	require.EqualValues(t, letGo+1, i.rows[0].N)
	require.Len(t, i.rows, (maxEntries-letGo)/2+1)
	i.selected = maxEntries
	require.EqualValues(t, maxEntries, i.chosen().N)
	i.selected = 1
	require.Nil(t, i.chosen())
}

func TestWhatIsWrongAboutAFaultIsSaidByItsKind(t *testing.T) {
	for fault, key := range map[string]string{
		"up.delay=x": "wire.bad.time", "drop=2": "wire.bad.chance", "down.fin=-1": "wire.bad.count", "seed=x": "wire.bad.count",
		"delai=1": "wire.bad.name", "nothing": "wire.bad.value",
	} {
		require.Equal(t, key, complaint(fault), fault)
	}
	require.Equal(t, "drop=0.5", canonical("up.drop=.5, down.drop=0.5"))
}
