package tap_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/coder/websocket"
	"github.com/gobwas/ws"
	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

// same requires that the recorded frames of one direction are those that another library reads in the
// captured bytes.
func same(t *testing.T, recorded []wire.Entry, captured []byte) {
	t.Helper()
	r := bytes.NewReader(captured)
	for i := 0; r.Len() > 0; i++ {
		h, err := ws.ReadHeader(r)
		require.NoError(t, err)
		payload := make([]byte, h.Length)
		_, err = io.ReadFull(r, payload)
		require.NoError(t, err)
		if h.Masked {
			ws.Cipher(payload, h.Mask, 0)
		}
		require.Less(t, i, len(recorded), "a frame was not recorded")
		f := recorded[i].Frame
		require.Equal(t, h.Fin, f.Final)
		require.Equal(t, h.Rsv, f.RSV)
		require.EqualValues(t, h.OpCode, f.Opcode)
		require.Equal(t, h.Masked, f.Masked)
		require.Equal(t, binary.BigEndian.Uint32(h.Mask[:]), f.Key)
		require.EqualValues(t, h.Length, f.Length)
		require.Equal(t, payload[:min(len(payload), wire.Keep)], append([]byte{}, f.Payload...))
		require.Empty(t, f.Breaks)
		if r.Len() == 0 {
			require.Len(t, recorded, i+1, "more was recorded than was there")
		}
	}
}

func TestTheRecordIsWhatAnIndependentParserReadsInTheCapturedBytes(t *testing.T) {
	l := newLab(t, nil)
	p := l.dial("", "")
	for _, n := range []int{0, 1, 125, 126, 127, 65535, 65536, 300_000} {
		text := strings.Repeat("x", n)
		p.say(text)
		p.expect(text)
	}
	p.send(
		ws.NewFrame(ws.OpText, false, []byte("in ")),
		ws.NewPingFrame([]byte("between")),
		ws.NewFrame(ws.OpContinuation, false, nil),
		ws.NewFrame(ws.OpContinuation, true, []byte("parts")),
	)
	p.expect("between") // the pong
	p.expect("in parts")
	p.send(ws.NewBinaryFrame([]byte{0, 1, 2}), ws.NewPongFrame([]byte("unasked")))
	p.expect("\x00\x01\x02")
	p.leave()
	all := l.entries()
	same(t, frames(all, true), p.sent.Bytes())
	same(t, frames(all, false), p.got.Bytes())
	last := all[len(all)-1]
	require.False(t, last.Lost)
	require.False(t, last.Reset)
}

func TestEveryCloseCodeIsRecorded(t *testing.T) {
	for _, code := range []ws.StatusCode{1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 4000, 4401, 4999} {
		l := newLab(t, nil)
		p := l.dial("", "")
		p.send(ws.NewCloseFrame(ws.NewCloseFrameBody(code, "why")))
		_, err := p.hear()
		require.NoError(t, err)
		_, err = p.hear()
		require.ErrorIs(t, err, io.EOF)
		all := l.entries()
		for _, up := range []bool{true, false} {
			require.EqualValues(t, code, frames(all, up)[0].Frame.Code)
			require.Equal(t, "why", frames(all, up)[0].Frame.Reason)
		}
		same(t, frames(all, true), p.sent.Bytes())
		same(t, frames(all, false), p.got.Bytes())
	}
}

func TestCompressedMessagesAreRecordedAsTheyAreAndAsTheyRead(t *testing.T) {
	for _, mode := range []websocket.CompressionMode{websocket.CompressionContextTakeover, websocket.CompressionNoContextTakeover} {
		l := newLab(t, &websocket.AcceptOptions{CompressionMode: mode, CompressionThreshold: 1})
		c, _, err := websocket.Dial(t.Context(), "ws://"+l.addr+"/?page=p&as=ana", &websocket.DialOptions{CompressionMode: mode, CompressionThreshold: 1})
		require.NoError(t, err)
		text := strings.Repeat("all that is said twice is short ", 50)
		for range 3 {
			require.NoError(t, c.Write(t.Context(), websocket.MessageText, []byte(text)))
			_, echo, err := c.Read(t.Context())
			require.NoError(t, err)
			require.Equal(t, text, string(echo))
		}
		require.NoError(t, c.Close(1000, ""))
		all := l.entries()
		for _, up := range []bool{true, false} {
			var said strings.Builder
			for _, e := range frames(all, up) {
				said.Write(e.Frame.Inflated)
				require.Empty(t, e.Frame.Breaks)
			}
			require.Equal(t, strings.Repeat(text, 3), said.String())
		}
	}
}

func TestAHandshakeIsRecordedWithoutItsSecrets(t *testing.T) {
	l := newLab(t, &websocket.AcceptOptions{Subprotocols: []string{"wslab"}})
	p := l.dialPath("/?token=tell-nobody&page=p&as=ana", "Authorization: Bearer tell-nobody\r\nCookie: id=tell-nobody\r\nSec-WebSocket-Protocol: wslab, bearer.tell-nobody\r\nX-Mood: good\r\n")
	p.leave()
	all := l.entries()
	require.Equal(t, "GET /?token=•••(11)&page=p&as=ana HTTP/1.1", all[0].Head.Line)
	require.Contains(t, all[0].Head.Headers, wire.Field{Name: "Authorization", Value: "Bearer •••(11)"})
	require.Contains(t, all[0].Head.Headers, wire.Field{Name: "Sec-Websocket-Protocol", Value: "wslab, bearer.•••(11)"})
	require.Contains(t, all[0].Head.Headers, wire.Field{Name: "X-Mood", Value: "good"})
	require.Equal(t, "HTTP/1.1 101 Switching Protocols", all[1].Head.Line)
	require.Contains(t, all[1].Head.Headers, wire.Field{Name: "Sec-Websocket-Accept", Value: "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="}, "RFC 6455, section 1.3")
	for _, e := range all {
		if e.Head != nil {
			for _, h := range e.Head.Headers {
				require.NotContains(t, h.Value, "tell-nobody")
			}
		}
	}
}

func TestARefusalIsRecordedWithItsStatusAndReason(t *testing.T) {
	l := newLab(t, nil)
	answer, err := http.Get("http://" + l.addr + "/refused?page=p&as=ana")
	require.NoError(t, err)
	answer.Body.Close()
	all, err := l.board.Log("p").After(t.Context(), 1, 10)
	require.NoError(t, err)
	require.Equal(t, "HTTP/1.1 401 Unauthorized", all[0].Head.Line)
	require.Equal(t, "not today\n", all[0].Head.Body)
}

func TestAConnectionThatIsLostSaysHow(t *testing.T) {
	for _, reset := range []bool{false, true} {
		l := newLab(t, nil)
		p := l.dial("", "")
		p.say("hello")
		p.expect("hello")
		if reset {
			require.NoError(t, p.conn.SetLinger(0))
		}
		require.NoError(t, p.conn.Close())
		all := l.entries()
		last := all[len(all)-1]
		require.Equal(t, wire.Entry{N: last.N, At: last.At, Conn: 1, Client: "ana", Up: true, Kind: wire.End, Lost: true, Reset: reset}, last)
		require.Error(t, <-l.ended)
	}
}

func TestAClientWithoutAPageIsSeenByEveryPageThatWatchesAndNoOtherPagesAre(t *testing.T) {
	l := newLab(t, nil)
	l.board.Log("p")
	l.board.Log("q")
	l.dialPath("/?page=q&as=bob", "").leave()
	l.dialPath("/", "").leave()
	for page, want := range map[string][]string{"p": {"other 1"}, "q": {"bob", "other 1"}} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		seen := []string{}
		for n, ends := uint64(0), 0; ends < len(want); {
			more, err := l.board.Log(page).After(ctx, n, 1)
			require.NoError(t, err)
			n = more[0].N
			if more[0].Kind == wire.Request {
				seen = append(seen, more[0].Client)
			}
			if more[0].Kind == wire.End {
				ends++
			}
		}
		require.Equal(t, want, seen, page)
	}
}

func TestNothingIsRecordedWhereNobodyWatches(t *testing.T) {
	l := newLab(t, nil)
	p := l.dialPath("/", "")
	p.say("hello")
	p.expect("hello")
	require.IsType(t, &net.TCPConn{}, p.conn)
	p.leave()
	l.board.Log("p")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := l.board.Log("p").After(ctx, 0, 1)
	require.ErrorIs(t, err, context.Canceled)
}
