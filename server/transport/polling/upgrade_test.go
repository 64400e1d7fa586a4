package polling_test

import (
	"context"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/coder/websocket"
	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
	"wslab/server/transport/polling"
)

// lines are a listener in memory.
type lines chan net.Conn

func (l lines) Accept() (net.Conn, error) {
	if c, open := <-l; open {
		return c, nil
	}
	return nil, net.ErrClosed
}

func (l lines) Close() error { close(l); return nil }

func (lines) Addr() net.Addr { return &net.UnixAddr{} }

func (l lines) dial(context.Context, string, string) (net.Conn, error) {
	far, near := net.Pipe()
	l <- near
	return far, nil
}

// A socket is the client's end of a WebSocket of the site.
type socket struct {
	s    *site
	conn *websocket.Conn
}

// wired is begun with a server, to which WebSockets are dialled.
func wired(t *testing.T, test func(s *site, dial func(query string) *socket)) {
	t.Helper()
	visit(t, polling.Options{}, func(s *site) {
		l := make(lines)
		srv := &http.Server{Handler: s.handler}
		go func() { _ = srv.Serve(l) }()
		defer srv.Close()
		test(s, func(query string) *socket {
			s.Helper()
			client := &http.Client{Transport: &http.Transport{DialContext: l.dial, DisableKeepAlives: true}}
			conn, _, err := websocket.Dial(s.Context(), "ws://lab.example/socket.io/?EIO=4&transport=websocket"+query, &websocket.DialOptions{HTTPClient: client}) //nolint:bodyclose
			require.NoError(s, err)
			s.Cleanup(func() { _ = conn.CloseNow() })
			return &socket{s, conn}
		})
		if s.session != nil {
			_ = s.session.Close(gateway.ConnectionLost.Code, "")
		}
	})
}

func (c *socket) send(packet string) {
	c.s.Helper()
	require.NoError(c.s, c.conn.Write(c.s.Context(), websocket.MessageText, []byte(packet)))
}

func (c *socket) next() string {
	c.s.Helper()
	_, data, err := c.conn.Read(c.s.Context())
	require.NoError(c.s, err)
	return string(data)
}

func (c *socket) probe() {
	c.s.Helper()
	c.send("2probe")
	require.Equal(c.s, "3probe", c.next())
}

// lost requires that the connection is cut, with nothing before.
func (c *socket) lost() {
	c.s.Helper()
	_, data, err := c.conn.Read(c.s.Context())
	require.Error(c.s, err, "%s", data)
	require.Equal(c.s, websocket.StatusCode(-1), websocket.CloseStatus(err), "no close frame")
}

func TestAWebSocketTakesOverAndWhatWaitedComesFirst(t *testing.T) {
	wired(t, func(s *site, dial func(string) *socket) {
		s.begin()
		answer := s.waits(s.Context())
		c := dial("&sid=" + s.sid)
		c.probe()
		require.Equal(s, "6", (<-answer).Body.String(), "the poll that waits ends")
		s.write("while it upgrades", "and more")
		c.send("5")
		require.Equal(s, "4while it upgrades", c.next())
		require.Equal(s, "4and more", c.next())
		c.send("4up")
		require.Equal(s, "up", string((<-s.heard).Data))
		s.refused(s.poll(), 400, `{"code":3,"message":"Bad request"}`)
		s.refused(s.post("4x"), 400, `{"code":3,"message":"Bad request"}`)
		require.Equal(s, "2", c.next(), "it goes on")
	})
}

func TestAPollThatComesWhileItsClientUpgradesWaitsForAMomentOnly(t *testing.T) {
	wired(t, func(s *site, dial func(string) *socket) {
		s.begin()
		dial("&sid=" + s.sid).probe()
		for range 3 {
			start := time.Now()
			require.Equal(s, "6", s.poll().Body.String())
			require.Equal(s, 100*time.Millisecond, time.Since(start))
		}
		s.alive()
	})
}

func TestAfterAnUpgradeThatFailedPollsWaitAgain(t *testing.T) {
	wired(t, func(s *site, dial func(string) *socket) {
		s.begin()
		start := time.Now()
		c := dial("&sid=" + s.sid)
		c.probe()
		require.Equal(s, "6", s.poll().Body.String())
		c.send("4no")
		c.lost()
		require.Equal(s, "2", s.poll().Body.String())
		require.Equal(s, 25*time.Second, time.Since(start))
		s.alive()
	})
}

func TestAWebSocketThatComesTooLateIsOpenedAndCut(t *testing.T) { // a client cannot see any other answer
	wired(t, func(s *site, dial func(string) *socket) {
		s.begin()
		c := dial("&sid=" + s.sid)
		c.probe()
		dial("&sid=" + s.sid).lost()
		c.send("5")
		synctest.Wait()
		dial("&sid=" + s.sid).lost()
		c.send("4still here")
		require.Equal(s, "still here", string((<-s.heard).Data))
	})
}

func TestASessionThatBeginsWithAWebSocketStaysThere(t *testing.T) {
	wired(t, func(s *site, dial func(string) *socket) {
		c := dial("")
		open := c.next()
		s.session = <-s.begun
		s.sid = s.session.ID()
		require.Equal(s, `0{"sid":"`+s.sid+`","upgrades":[],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`, open)
		s.refused(s.poll(), 400, `{"code":3,"message":"Bad request"}`)
		dial("&sid=" + s.sid).lost()
		c.send("4up")
		require.Equal(s, "up", string((<-s.heard).Data))
		go func() { _ = s.session.Write(transport.Message{Data: []byte("down")}) }()
		require.Equal(s, "4down", c.next())
		c.send("1")
		_, _, err := c.conn.Read(s.Context())
		require.Equal(s, websocket.StatusNormalClosure, websocket.CloseStatus(err))
		require.Equal(s, engineio.TransportClose, <-s.end)
	})
}
