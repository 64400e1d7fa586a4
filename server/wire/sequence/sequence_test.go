package sequence

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

func TestAnaIsOnTheLeftBobOnTheRightAndTheServerBetweenThem(t *testing.T) {
	for _, first := range []string{"bob", "other 1", "ana"} {
		d := New(new(tape).opens(1, first).entries...)
		require.Equal(t, []Participant{{"Ana", "ana"}, {"server", "server"}, {"Bob", "bob"}}, d.Participants()[:3])
	}
}

func TestOthersFollowInTheOrderInWhichTheyCame(t *testing.T) {
	d := New(new(tape).opens(1, "other 2").opens(2, "bob").opens(3, "other 1").entries...)
	require.Equal(t, []Participant{{"other 2", "other"}, {"other 1", "other"}}, d.Participants()[3:])
}

func TestManyOthersShareTheLastColumn(t *testing.T) {
	s := new(tape)
	for i := range 100 {
		s.opens(uint32(i), fmt.Sprint("other ", i))
	}
	d := New(s.entries...)
	require.Len(t, d.Participants(), maxColumns)
	require.Equal(t, "other 99: 101", d.row(d.End()-1).label)
}

func TestALifelineBeginsAtTheHandshakeAndEndsWithTheConnection(t *testing.T) {
	s := new(tape).opens(1, "ana").says(1, "ana", true, "message", "1")
	s.add(wire.Entry{Conn: 1, Client: "ana", Up: true, Kind: wire.End, Lost: true}).opens(2, "ana")
	d := New(s.entries...)
	require.Equal(t, lifeline{conn: 1, from: 0, open: 1, to: 3, lost: true}, *d.lines[0])
	require.Equal(t, lifeline{conn: 2, from: 4, open: 5, to: never}, *d.lines[1])
}

func TestALifelineOfARefusedClientNeverOpens(t *testing.T) {
	s := new(tape).opens(1, "ana")
	s.entries[1].Head.Line = "HTTP/1.1 401 Unauthorized"
	require.Equal(t, lifeline{conn: 1, open: never, to: 1}, *New(s.entries...).lines[0])
}

func TestALifelineOfWhichOnlyTheMiddleIsShownBeginsAtTheTop(t *testing.T) {
	s := new(tape).opens(1, "ana").says(1, "ana", true, "message", "1").opens(2, "bob").says(1, "ana", false, "message", "1")
	d := New(s.entries[2:]...)
	require.Equal(t, lifeline{conn: 1, from: 0, open: 0, to: never}, *d.lines[0])
}

func TestADiagramThatGrowsIsTheSameAsOneMadeAtOnce(t *testing.T) {
	d := New()
	for _, e := range everything() {
		d.Add(e)
	}
	v := View{Width: 900, Selected: 5}
	require.Equal(t, New(everything()...).Rows(v, 0, d.End()), d.Rows(v, 0, d.End()))
}

func TestARowKeepsItsNumberWhenEarlierOnesAreForgotten(t *testing.T) {
	d := New(everything()...)
	was := d.row(10)
	d.Forget(7)
	require.Equal(t, 7, d.Start())
	require.Equal(t, was, d.row(10))
	row, found := d.Row(11)
	require.True(t, found)
	require.Equal(t, 10, row)
	_, found = d.Row(3)
	require.False(t, found)
	d.Forget(1000)
	require.Equal(t, d.End(), d.Start())
	require.Len(t, d.lines, 1, "the connection of other 1 goes on")
}

func TestARowSaysEventPayloadAndHandler(t *testing.T) {
	r := New(everything()...).row(4)
	require.Equal(t, row{
		shape: message, column: anaColumn, up: true,
		label: "message", detail: `{"text":"hello"}`, data: `{"text":"hello"}`, handler: "Chat.say", place: "messages.go:41",
	}, r)
}

func TestAnAnswerIsAnAck(t *testing.T) {
	s := new(tape)
	for _, text := range []string{`{"id":7,"data":[1]}`, `{"id":7,"error":{"code":"not_found","message":"nobody"}}`, `{"event":"who","id":8}`} {
		s.frame(1, "ana", false, wire.Frame{Header: wire.Header{Final: true, Opcode: wire.Text}, Payload: []byte(text)})
	}
	d := New(s.entries...)
	require.Equal(t, "ack #7 [1]", d.row(0).text(80))
	require.Equal(t, "ack #7 not_found: nobody", d.row(1).text(80))
	require.Equal(t, "who #8", d.row(2).text(80))
}

func TestFieldsForMachinesMakeRoomForThoseForPeople(t *testing.T) {
	const data = `{"id":"XOOHBSEWFLUI","from":"Ana","text":"clear as day","here":[{"id":"XOOHBSEWFLUI"}],"at":"2026-11-24T18:21:13.355961725Z"}`
	require.Equal(t, data, brief(data, len(data)))
	require.Equal(t, `{…,"from":"Ana","text":"clear as day","here":[…],…}`, brief(data, 52))
	require.Equal(t, `from:Ana text:clear as day here:[…]`, brief(data, 45))
	require.Equal(t, `from:Ana text:clear a…`, brief(data, 22))
	require.Equal(t, `[1,2,…`, brief(`[1,2,3,4]`, 6))
	require.Equal(t, `{"a":…`, brief(`{"a":1,`, 6))
}

func TestWhatWasDroppedMeetsNoHandler(t *testing.T) {
	s := new(tape).says(1, "bob", true, "message", "1", "drop")
	r := New(s.entries...).row(0)
	require.True(t, r.dropped)
	require.Empty(t, r.note(80))
}

func TestATextStaysOnItsLine(t *testing.T) {
	require.Equal(t, "a↵b c·d·e�f", oneLine("a\nb\tc\x00d\u2028e\xfff", 40))
	require.Equal(t, "·x·", oneLine("\u202Ex\u2066", 40))
	require.Equal(t, "1234…", oneLine("123456", 5))
	require.Equal(t, "12345", oneLine("12345", 5))
	require.Equal(t, "日本…", oneLine("日本語です", 5))
}

// elements parses a document strictly and counts its elements by name and class.
func elements(t testing.TB, document string) map[string]int {
	count := map[string]int{}
	parser := xml.NewDecoder(strings.NewReader(document))
	for {
		token, err := parser.Token()
		if errors.Is(err, io.EOF) {
			return count
		}
		require.NoError(t, err, document)
		if start, is := token.(xml.StartElement); is {
			count[start.Name.Local]++
			for _, a := range start.Attr {
				if a.Name.Local == "class" {
					count["."+strings.Fields(a.Value)[0]]++
				}
			}
		}
	}
}

func TestEveryEntryIsARowOfTheDocument(t *testing.T) {
	document := SVG(everything(), Options{Title: "A <session> & more", Lang: "en"})
	count := elements(t, document)
	require.Equal(t, len(everything()), count[".row"])
	require.Equal(t, 4, count[".person"])
	require.Equal(t, 3, count[".birth"])
	require.Equal(t, 1, count[".death"])
	require.Equal(t, 3, count[".cross"], "one that is dropped, and both the arrow and the lifeline of who is lost")
	require.Contains(t, document, "<title id=\"title\">A &lt;session&gt; &amp; more</title>")
	require.Contains(t, document, `prefers-color-scheme:dark`)
	require.NotContains(t, document, "href")
	if path := os.Getenv("SEQUENCE_SVG"); path != "" {
		require.NoError(t, os.WriteFile(path, []byte(document), 0o644))
	}
}

func TestThePageAndTheDocumentHaveStylesForTheSameThings(t *testing.T) {
	page, err := os.ReadFile("../../../web/static/css/sequence.css")
	require.NoError(t, err)
	for _, class := range regexp.MustCompile(`\.[a-z][a-z-]+`).FindAllString(shapes, -1) {
		require.Contains(t, string(page), class)
	}
}

func TestOnlyTheRowsThatAreWantedAreDrawn(t *testing.T) {
	d := New(everything()...)
	count := elements(t, "<svg>"+d.Rows(View{Width: 400, Options: true}, 5, 9)+"</svg>")
	require.Equal(t, 4, count[".row"])
	require.Empty(t, d.Rows(View{Width: 400}, 9, 9))
	require.NotEmpty(t, d.Rows(View{Width: 400}, -5, 1000))
}
