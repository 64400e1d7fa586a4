package app_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/internal/app"
	"wslab/server/transport/ws"
	"wslab/server/wire"
	"wslab/server/wire/sequence"
)

const (
	inLesson = "/lessons/4/solution"
	asAna    = "&page=p&as=ana"
	signsIn  = `40{"token":"ABC-123","name":"Ana"}`
	saysHi   = `42["message",{"text":"hi"}]`
)

// pollIn begins a session over polling with the reference answer of a lesson, which is watched.
func pollIn(t *testing.T, host, query string) *poller {
	t.Helper()
	p := &poller{t: t, base: "http://" + host + inLesson + pollingQuery + query}
	status, body := request(t, "GET", p.base, "")
	require.Equal(t, 200, status, body)
	_, after, _ := strings.Cut(body, `"sid":"`)
	p.sid, _, _ = strings.Cut(after, `"`)
	return p
}

// until polls until something comes that says so.
func (p *poller) until(text string) {
	p.t.Helper()
	for !strings.Contains(p.get(), text) {
	}
}

// messages are what clients and server said to each other, without what differs each time: a line each.
func messages(all []wire.Entry) (list []string) {
	for _, e := range all {
		if e.Frame == nil || e.Frame.Opcode.Control() {
			continue
		}
		way, says := "<", e.Event
		if e.Up {
			way = ">"
		}
		if says == "" {
			says = string(e.Frame.Payload[:1])
		}
		list = append(list, strings.TrimSpace(fmt.Sprint(way, " ", says, " ", e.Handler)))
	}
	return list
}

func TestAPageSeesASessionOverPollingAsOneConnection(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := pollIn(t, host, asAna)
	p.post(signsIn)
	p.until(`42["welcome"`)
	p.post(saysHi)
	p.until(`42["message"`)
	p.post("41\x1e1")
	all := watched(t, host, "4", "p", ends(1))
	require.Equal(t, []string{"< 0", "> connect", "< connect", "< welcome", "> message (*Chat).say", "< message", "> disconnect", "> 1"}, messages(all))
	var heads []string
	for _, e := range all {
		require.EqualValues(t, 1, e.Conn)
		require.Equal(t, "ana", e.Client)
		if e.Head != nil {
			heads = append(heads, e.Head.Line)
		}
		if e.Up && e.Event == "message" {
			require.Equal(t, wire.Packet, e.Kind)
			require.Equal(t, saysHi, string(e.Frame.Payload))
			require.Regexp(t, `^lessons/04-messages/solution/\w+\.go:\d+$`, e.Place)
		}
	}
	require.Equal(t, []string{"GET " + inLesson + pollingQuery + asAna + " HTTP/1.1", "HTTP/1.1 200 OK", "POST " + inLesson + pollingQuery + asAna + "&sid=" + p.sid + " HTTP/1.1"}, heads[:3])
	require.False(t, all[len(all)-1].Lost)
}

func TestTheDiagramDrawsTheSameArrowsOverPollingAsOverAWebSocket(t *testing.T) {
	host, _ := start(t, app.Config{})
	p := pollIn(t, host, asAna)
	p.post(signsIn)
	p.until(`42["welcome"`)
	p.post(saysHi)
	p.until(`42["message"`)
	p.post("1")
	polled := watched(t, host, "4", "p", ends(1))

	ctx := deadline(t)
	conn := dial(t, ctx, "ws://"+host+inLesson+socketQuery+"&page=q&as=ana", ws.DialOptions{})
	says(t, ctx, conn, `0{"sid":`)
	send(t, conn, signsIn)
	says(t, ctx, conn, `40{"sid":`)
	says(t, ctx, conn, `42["welcome"`)
	send(t, conn, saysHi)
	says(t, ctx, conn, `42["message"`)
	send(t, conn, "1")
	framed := watched(t, host, "4", "q", ends(1))

	require.Equal(t, messages(framed), messages(polled))
	arrows := func(all []wire.Entry) (list []string) {
		for line := range strings.Lines(sequence.Mermaid(all)) {
			if before, text, found := strings.Cut(line, "->>"); found && !strings.HasSuffix(before, "-") && strings.Contains(text, "message") {
				list = append(list, strings.TrimSpace(line)[:30])
			}
		}
		return list
	}
	require.Len(t, arrows(polled), 2)
	require.Equal(t, arrows(framed), arrows(polled))
}

func TestAPageSeesThatTheWebSocketAfterAnUpgradeIsTheSameClients(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	p := pollIn(t, host, asAna)
	p.post(signsIn)
	p.until(`42["welcome"`)
	conn := dial(t, ctx, "ws://"+host+inLesson+socketQuery+asAna+"&sid="+p.sid, ws.DialOptions{})
	send(t, conn, "2probe")
	says(t, ctx, conn, "3probe")
	require.Equal(t, "6", p.get())
	send(t, conn, "5")
	send(t, conn, saysHi)
	says(t, ctx, conn, `42["message"`)
	send(t, conn, "1")
	all := watched(t, host, "4", "p", ends(2))
	conns := map[wire.Kind]uint32{}
	for _, e := range all {
		require.Equal(t, "ana", e.Client)
		conns[e.Kind] = max(conns[e.Kind], e.Conn)
		require.False(t, e.Kind == wire.End && e.Polled && e.Lost)
	}
	require.EqualValues(t, 1, conns[wire.Packet])
	require.EqualValues(t, 2, conns[wire.Framed])
	said := messages(all)
	require.Subset(t, said, []string{"> message (*Chat).say", "< message"})
}

func TestAPageSeesNeitherTokenNorSessionOfAStrangerOfSocketIO(t *testing.T) {
	host, _ := start(t, app.Config{})
	ctx := deadline(t)
	pollIn(t, host, asAna) // somebody watches
	stranger := pollIn(t, host, "")
	stranger.post(signsIn)
	stranger.until(`42["welcome"`)
	conn := dial(t, ctx, "ws://"+host+inLesson+socketQuery+"&sid="+stranger.sid, ws.DialOptions{})
	send(t, conn, "2probe")
	says(t, ctx, conn, "3probe")
	stranger.post("1")
	other := dial(t, ctx, "ws://"+host+inLesson+socketQuery, ws.DialOptions{})
	says(t, ctx, other, `0{"sid":`)
	send(t, other, signsIn)
	says(t, ctx, other, `40{"sid":`)
	require.NoError(t, other.Close(1000, ""))
	clients := map[string]int{}
	for _, e := range watched(t, host, "4", "p", ends(3)) {
		clients[e.Client]++
		if e.Head != nil {
			require.NotContains(t, e.Head.Line, stranger.sid)
		}
		if e.Frame != nil {
			require.NotContains(t, string(e.Frame.Payload), "ABC-123")
			require.NotContains(t, string(e.Frame.Payload), stranger.sid)
		}
	}
	require.Len(t, clients, 3, "Ana, who polled and upgraded, and who had a WebSocket")
}
