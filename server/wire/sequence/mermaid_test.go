package sequence

import (
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

func TestMermaidSaysTheSession(t *testing.T) {
	s := new(tape).opens(1, "ana").says(1, "ana", true, "message", `{"text":"hi; #1"}`).says(2, "bob", false, "message", `"<b>"`)
	s.frame(1, "ana", false, bare(wire.Ping))
	s.says(2, "bob", true, "message", "1", "drop")
	s.add(wire.Entry{Conn: 2, Client: "bob", Kind: wire.Fault, Faults: []string{"rst"}})
	s.add(wire.Entry{Conn: 2, Client: "bob", Kind: wire.End, Lost: true, Reset: true})
	require.Equal(t, `sequenceDiagram
  participant Ana as Ana
  participant Server as server
  participant Bob as Bob
  Ana-->>Server: GET /lessons/4/solution/ws
  Server-->>Ana: 101 Switching Protocols
  Ana->>Server: message {#quot;text#quot;:#quot;hi#59; #35;1#quot;}
  activate Server
  Note right of Server: Chat.say messages.go:41
  deactivate Server
  Server->>Bob: message #quot;#lt;b#gt;#quot;
  Server--)Ana: ping
  Bob-xServer: message 1 (drop)
  Note over Bob,Server: ! rst
  Server--xBob: RST (1006 connection lost)
`, Mermaid(s.entries))
}

// grammar are the lines that a diagram may have; a label holds nothing that means something to Mermaid.
var grammar = regexp.MustCompile(`^(sequenceDiagram|  participant (Ana|Server|Bob|Client\d) as LABEL|  ACTOR(->>|-->>|-x|--x|--\))ACTOR: LABEL|  Note (right of|left of|over) ACTOR(,ACTOR)?: LABEL|  (de)?activate Server)$`)

func init() {
	pattern := strings.ReplaceAll(grammar.String(), "ACTOR", `(Ana|Server|Bob|Client\d)`)
	grammar = regexp.MustCompile(strings.ReplaceAll(pattern, "LABEL", "([^#;\"<>&%$`\\\\\\p{Cc}\\x{2028}-\\x{202E}\\x{2066}-\\x{2069}]|#\\w+;)+"))
}

// checkMermaid parses a diagram strictly.
func checkMermaid(t testing.TB, text string) {
	active := 0
	require.True(t, strings.HasSuffix(text, "\n"))
	for line := range strings.SplitSeq(strings.TrimSuffix(text, "\n"), "\n") {
		require.Regexp(t, grammar, line)
		switch strings.TrimSpace(line) {
		case "activate Server":
			active++
		case "deactivate Server":
			active--
		}
		require.Contains(t, []int{0, 1}, active)
	}
	require.Zero(t, active)
}

func TestMermaidIsValidWhateverHappens(t *testing.T) {
	text := Mermaid(everything())
	checkMermaid(t, text)
	if path := os.Getenv("SEQUENCE_MERMAID"); path != "" {
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	}
}

// hostile are texts that mean something to Mermaid, XML or a terminal.
var hostile = []string{
	"", " ", "end", "a;b", "a#b", "#quot;", "a\nBob->>Ana: no", "\r\n", `"`, "%% gone", "%%{init: {}}%%", "<script>alert(1)</script>", "<br/>", "]]>", "&amp;",
	"style a:b#c;", "classDef x:#1;", "wrap: x", "nowrap:x", "$$x$$", "a:b", "\\n", "`x`", "->>", "\u202Ex", "\u2028", "\x00\x1b[31m", "\xff\xfe", "日本語🙂", "participant x", "Note over Ana: x", strings.Repeat("x", 5000),
}

func FuzzADiagramIsValid(f *testing.F) {
	for _, text := range hostile {
		f.Add(text, text, []byte(text), true, byte(wire.Text), 0)
		f.Add("message", "ana", []byte(`{"event":"x","data":"`+text+`"}`), false, byte(wire.Text), 1)
		f.Add("message", "bob", []byte(text), true, byte(wire.Close), 2)
	}
	f.Fuzz(func(t *testing.T, event, client string, payload []byte, up bool, opcode byte, kind int) {
		s := new(tape).opens(1, client)
		s.entries[0].Head.Line = event
		s.entries[1].Head.Line = "HTTP/1.1 101 " + event
		s.add(wire.Entry{Conn: 1, Client: client, Up: up, Event: event, Handler: event, Place: client, Faults: []string{event}, Kind: wire.Framed,
			Frame: &wire.Frame{Header: wire.Header{Final: kind%2 == 0, Opcode: wire.Opcode(opcode & 15)}, Payload: payload, Reason: string(payload), Code: kind, Breaks: client}})
		s.add(wire.Entry{Conn: uint32(kind), Client: event, Up: up, Kind: wire.Kind([]string{"fault", "end", "request", "answer", "frame"}[uint(kind)%5]), Faults: []string{string(payload)}})
		checkMermaid(t, Mermaid(s.entries))
		document := SVG(s.entries, Options{Title: event, Description: client, Server: string(payload), Width: kind % 3000, Lang: client})
		count := elements(t, document)
		require.Equal(t, 4, count[".row"])
		require.Equal(t, 1, count["style"])
		require.Zero(t, count["script"])
	})
}
