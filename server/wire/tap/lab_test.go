package tap_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/coder/websocket"
	"github.com/gobwas/ws"
	"github.com/stretchr/testify/require"

	"wslab/server/wire"
	"wslab/server/wire/tap"
)

// lab is a server whose connections are recorded on a board. It sends every message back.
type lab struct {
	t        *testing.T
	board    *tap.Board
	addr     string
	describe tap.Describe
	ended    chan error // why the server stopped reading, of each connection
}

func newLab(t *testing.T, o *websocket.AcceptOptions) *lab {
	l := &lab{t: t, board: &tap.Board{Records: true, Others: 2}, ended: make(chan error, 100)}
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/refused" {
			http.Error(w, "not today", http.StatusUnauthorized)
			return
		}
		c, err := websocket.Accept(w, r, o)
		if err != nil {
			return
		}
		defer c.CloseNow()
		c.SetReadLimit(-1)
		for {
			kind, message, err := c.Read(context.Background())
			if err == nil {
				err = c.Write(context.Background(), kind, message)
			}
			if err != nil {
				l.ended <- err
				return
			}
		}
	})
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/pages/") {
			parts := strings.Split(r.URL.Path, "/")
			r.SetPathValue("page", parts[2])
			r.SetPathValue("client", parts[3])
			l.board.Worsen(w, r)
			return
		}
		l.board.Serve(w, r, l.describe, echo)
	}))
	t.Cleanup(srv.Close)
	l.addr = srv.Listener.Addr().String()
	return l
}

// worsen asks for something to be done to ana's connection, and returns the status of the answer.
func (l *lab) worsen(what, how string) int {
	answer, err := http.PostForm("http://"+l.addr+"/pages/p/ana", url.Values{what: {how}})
	require.NoError(l.t, err)
	require.NoError(l.t, answer.Body.Close())
	return answer.StatusCode
}

// A peer is a client that writes its frames by hand, and keeps all bytes of both directions.
type peer struct {
	t    *testing.T
	conn *net.TCPConn
	r    *bufio.Reader
	sent bytes.Buffer

	mu  sync.Mutex
	got bytes.Buffer
}

const handshake = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"

// dial opens a WebSocket with these faults, as ana on the page "p".
func (l *lab) dial(faults, headers string) *peer {
	return l.dialPath("/?page=p&as=ana&faults="+url.QueryEscape(faults), headers)
}

func (l *lab) dialPath(path, headers string) *peer {
	nc, err := net.Dial("tcp", l.addr)
	require.NoError(l.t, err)
	p := &peer{t: l.t, conn: nc.(*net.TCPConn)}
	l.t.Cleanup(func() { nc.Close() })
	require.NoError(l.t, nc.SetDeadline(time.Now().Add(30*time.Second)))
	_, err = io.WriteString(nc, "GET "+path+" HTTP/1.1\r\nHost: lab\r\n"+handshake+headers+"\r\n")
	require.NoError(l.t, err)
	p.r = bufio.NewReader(nc)
	answer, err := http.ReadResponse(p.r, nil)
	require.NoError(l.t, err)
	require.Equal(l.t, http.StatusSwitchingProtocols, answer.StatusCode)
	p.r = bufio.NewReader(io.TeeReader(p.r, &p.got))
	return p
}

func (p *peer) send(frames ...ws.Frame) {
	for _, f := range frames {
		f.Payload = bytes.Clone(f.Payload)
		require.NoError(p.t, ws.WriteFrame(io.MultiWriter(&p.sent, p.conn), ws.MaskFrame(f)))
	}
}

// say sends a text message.
func (p *peer) say(text string) { p.send(ws.NewTextFrame([]byte(text))) }

// hear returns the next frame.
func (p *peer) hear() (ws.Frame, error) { return ws.ReadFrame(p.r) }

func (p *peer) expect(text string) {
	p.t.Helper()
	f, err := p.hear()
	require.NoError(p.t, err)
	require.Equal(p.t, text, string(f.Payload))
}

// leave closes the WebSocket as RFC 6455 has it, and returns once the server has closed the connection.
func (p *peer) leave() {
	p.send(ws.NewCloseFrame(ws.NewCloseFrameBody(1000, "bye")))
	for {
		if _, err := p.hear(); err != nil {
			return
		}
	}
}

// entries returns what is recorded of the page "p", up to the end of a connection.
func (l *lab) entries() (all []wire.Entry) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	for len(all) == 0 || all[len(all)-1].Kind != wire.End {
		var after uint64
		if len(all) > 0 {
			after = all[len(all)-1].N
		}
		more, err := l.board.Log("p").After(ctx, after, 10_000)
		require.NoError(l.t, err)
		all = append(all, more...)
	}
	return all
}

// frames returns the frames of one direction.
func frames(all []wire.Entry, up bool) (list []wire.Entry) {
	for _, e := range all {
		if e.Kind == wire.Framed && e.Up == up {
			list = append(list, e)
		}
	}
	return list
}

// happened returns what each entry says of its faults, without times.
func happened(all []wire.Entry) (list []string) {
	for _, e := range all {
		text := string(e.Kind)
		if e.Frame != nil {
			text += " " + e.Frame.Opcode.String() + " " + string(e.Frame.Payload[:min(len(e.Frame.Payload), 40)])
		}
		list = append(list, strings.TrimSpace(text+" "+strings.Join(e.Faults, " ")))
	}
	return list
}
