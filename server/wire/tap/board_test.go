package tap_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/gobwas/ws"
	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

func TestAPageThatWatchesIsNotForgottenForOthers(t *testing.T) {
	l := newLab(t, nil)
	p := l.dial("", "")
	for i := range 200 {
		l.board.Log(strconv.Itoa(i))
	}
	p.say("hello")
	p.expect("hello")
	p.leave()
	require.Len(t, frames(l.entries(), true), 2)
}

func TestLongNamesAreRefused(t *testing.T) {
	l := newLab(t, nil)
	for _, query := range []string{"page=" + strings.Repeat("p", 65), "page=p&as=" + strings.Repeat("a", 65), "faults=what"} {
		answer, err := http.Get("http://" + l.addr + "/?" + query)
		require.NoError(t, err)
		answer.Body.Close()
		require.Equal(t, http.StatusBadRequest, answer.StatusCode)
	}
}

func TestFaultsWorkAlsoWhereNobodyWatches(t *testing.T) {
	l := newLab(t, nil)
	p := l.dialPath("/?faults=down.double%3D1", "")
	p.say("hello")
	p.expect("hello")
	p.expect("hello")
	p.leave()
}

func TestOnABoardThatDoesNotRecordThereAreOnlyFaults(t *testing.T) {
	l := newLab(t, nil)
	l.board.Records = false
	p := l.dial("up.rst=1", "")
	p.say("one")
	p.expect("one")
	p.say("two")
	_, err := p.hear()
	require.Error(t, err)
	require.Empty(t, l.board.Line("p", "bob"))
}

func TestWhatAStrangerPresentsIsShownToNoPage(t *testing.T) {
	l := newLab(t, nil)
	l.describe = func(_ bool, message []byte) (event, handler, place string) {
		if bytes.Contains(message, []byte(`"auth"`)) {
			event = "auth"
		}
		return event, "", ""
	}
	l.board.Log("p")
	p := l.dialPath("/?%74oken=tell-nobody", "Referer: http://lab/?token=tell-nobody\r\nX-Api-Key: tell-nobody\r\n")
	p.say(`{"event":"auth","data":{"token":"tell-nobody"}}`)
	_, err := p.hear()
	require.NoError(t, err)
	p.leave()
	all := l.entries()
	for _, e := range all {
		if e.Up && e.Kind == wire.Framed {
			require.NotContains(t, string(e.Frame.Payload), "tell-nobody")
		}
		if e.Kind == wire.Request {
			require.NotContains(t, e.Head.Line, "tell-nobody")
			for _, h := range e.Head.Headers {
				require.NotContains(t, h.Value, "tell-nobody")
			}
		}
	}
}

// A client that says goodbye and closes its side at once is not lost, and hears the answer.
func TestAGoodbyeIsAnsweredAlsoWhereTheClientSendsNothingAfterIt(t *testing.T) {
	for range 50 {
		l := newLab(t, nil)
		p := l.dial("", "")
		p.send(ws.NewCloseFrame(ws.NewCloseFrameBody(1000, "")))
		require.NoError(t, p.conn.CloseWrite())
		f, err := p.hear()
		require.NoError(t, err)
		require.Equal(t, ws.OpClose, f.Header.OpCode)
		all := l.entries()
		require.False(t, all[len(all)-1].Lost)
		require.Len(t, frames(all, false), 1)
	}
}

func TestAStrangersTokenIsShownToNoPageThoughItComesInFragments(t *testing.T) {
	l := newLab(t, nil)
	l.describe = func(_ bool, message []byte) (event, handler, place string) {
		if bytes.HasPrefix(message, []byte("40")) {
			event = "connect"
		}
		return event, "", ""
	}
	l.board.Log("p")
	p := l.dialPath("/", "")
	p.send(ws.NewFrame(ws.OpText, false, []byte(`40{"token":"tell-`)), ws.NewFrame(ws.OpContinuation, true, []byte(`nobody"}`)))
	p.send(ws.NewFrame(ws.OpText, false, []byte("later ")), ws.NewFrame(ws.OpContinuation, true, []byte("ones")))
	p.leave()
	var said []string
	for _, e := range frames(l.entries(), true) {
		said = append(said, string(e.Frame.Payload))
	}
	require.Equal(t, []string{"40•••(15)", "•••(8)", "later ", "ones"}, said[:4])
}
