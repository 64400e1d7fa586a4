package engineio_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
)

// A client is the far end of a session. What the session reads is heard.
type client struct {
	*testing.T
	conn    transport.Conn
	session *engineio.Session
	heard   chan transport.Message
	end     chan gateway.Disconnect // what the session's last Read said
}

// session begins a session over a connection in memory, under a fake clock, and lets its client go at the end.
// That the bubble ends shows that no goroutine is left.
func session(t *testing.T, test func(c *client)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		far, near := transport.Pipe()
		c := &client{T: t, conn: far, session: engineio.NewSession("me", near, engineio.Options{})}
		defer func() {
			_ = far.Close(gateway.ConnectionLost.Code, "")
			_ = c.session.Close(gateway.ConnectionLost.Code, "")
		}()
		c.listen()
		test(c)
	})
}

// listen reads the session to its end.
func (c *client) listen() {
	c.heard, c.end = make(chan transport.Message, 1000), make(chan gateway.Disconnect, 1)
	go func() {
		for {
			m, err := c.session.Read(context.Background())
			if err != nil {
				c.end <- gateway.AsDisconnect(err)
				return
			}
			c.heard <- m
		}
	}()
}

// send sends a packet.
func (c *client) send(packet string) {
	c.Helper()
	require.NoError(c, c.conn.Write(transport.Message{Data: []byte(packet)}))
}

// next reads the next packet, which is text.
func (c *client) next() string {
	c.Helper()
	m, err := c.conn.Read(c.Context())
	require.NoError(c, err)
	require.False(c, m.Binary)
	return string(m.Data)
}

// closed reads how the connection ends, with nothing before.
func (c *client) closed() gateway.Disconnect {
	c.Helper()
	m, err := c.conn.Read(c.Context())
	require.Error(c, err, "%s", m.Data)
	return gateway.AsDisconnect(err)
}

// say has the session write a text.
func (c *client) say(text string) {
	go func() { _ = c.session.Write(transport.Message{Data: []byte(text)}) }()
}

func TestTheOpenPacketTellsTheTermsOfTheSession(t *testing.T) {
	session(t, func(c *client) {
		go func() { _ = c.session.Open("websocket") }()
		require.Equal(c, `0{"sid":"`+c.session.ID()+`","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}`, c.next())
	})
}

func TestTheOpenPacketOfASessionThatCannotUpgradeHasAnEmptyList(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		far, near := transport.Pipe()
		s := engineio.NewSession("me", near, engineio.Options{PingInterval: 300 * time.Millisecond, PingTimeout: 200 * time.Millisecond, MaxPayload: 7})
		go func() { _ = s.Open() }()
		m, err := far.Read(t.Context())
		require.NoError(t, err)
		var got engineio.Handshake
		require.NoError(t, json.Unmarshal(m.Data[1:], &got))
		require.Equal(t, engineio.Handshake{SID: s.ID(), Upgrades: []string{}, PingInterval: 300, PingTimeout: 200, MaxPayload: 7}, got)
		require.Contains(t, string(m.Data), `"upgrades":[]`)
		require.NoError(t, s.Close(1000, ""))
	})
}

func TestAClientIsPingedAfterTheInterval(t *testing.T) {
	session(t, func(c *client) {
		start := time.Now()
		require.Equal(c, "2", c.next())
		require.Equal(c, 25*time.Second, time.Since(start))
	})
}

func TestAClientThatDoesNotAnswerAPingIsGivenUp(t *testing.T) {
	session(t, func(c *client) {
		c.next()
		asked := time.Now()
		c.send("4to say something is no pong")
		require.Equal(c, gateway.PingTimeout, c.closed())
		require.Equal(c, 20*time.Second, time.Since(asked))
		require.Equal(c, gateway.PingTimeout, <-c.end)
	})
}

func TestAClientThatDoesNotEvenReadItsPingIsGivenUp(t *testing.T) {
	session(t, func(c *client) {
		start := time.Now()
		<-c.session.Done()
		require.Equal(c, 45*time.Second, time.Since(start))
		require.Equal(c, gateway.PingTimeout, <-c.end)
	})
}

func TestAPongInTimeKeepsTheSession(t *testing.T) {
	session(t, func(c *client) {
		for range 10 {
			require.Equal(c, "2", c.next())
			time.Sleep(20*time.Second - 1)
			answered := time.Now()
			c.send("3")
			require.Equal(c, "2", c.next())
			require.Equal(c, 25*time.Second, time.Since(answered), "the next ping comes an interval after the pong")
			c.send("3")
		}
	})
}

func TestAPongThatNobodyAskedForPostponesNothing(t *testing.T) {
	session(t, func(c *client) {
		start := time.Now()
		time.Sleep(20 * time.Second)
		c.send("3")
		require.Equal(c, "2", c.next())
		require.Equal(c, 25*time.Second, time.Since(start))
	})
}

func TestMessagesGoBothWaysAsTheyAre(t *testing.T) {
	session(t, func(c *client) {
		for _, m := range []transport.Message{{Data: []byte("héllo")}, {Data: []byte{}}, {Binary: true, Data: []byte{4, 0, 255}}, {Binary: true, Data: []byte{}}} {
			packet := transport.Message{Binary: m.Binary, Data: engineio.Packet{Type: engineio.Message, Binary: m.Binary, Data: m.Data}.Append(nil)}
			require.NoError(c, c.conn.Write(packet))
			heard := <-c.heard
			require.Equal(c, m.Binary, heard.Binary)
			require.Equal(c, string(m.Data), string(heard.Data))
			go func() { _ = c.session.Write(m) }()
			got, err := c.conn.Read(c.Context())
			require.NoError(c, err)
			require.Equal(c, packet.Binary, got.Binary)
			require.Equal(c, string(packet.Data), string(got.Data))
		}
	})
}

func TestWhatIsWrittenTogetherArrivesInOrder(t *testing.T) {
	session(t, func(c *client) {
		go func() {
			_ = c.session.Write(transport.Message{Data: []byte("a")}, transport.Message{Data: []byte("b")})
			_ = c.session.Send(transport.Message{Data: []byte("4c")})
		}()
		require.Equal(c, "4a 4b 4c", strings.Join([]string{c.next(), c.next(), c.next()}, " "))
	})
}

func TestAClosePacketEndsTheSession(t *testing.T) {
	session(t, func(c *client) {
		c.send("1")
		require.Equal(c, engineio.TransportClose, <-c.end)
		<-c.session.Done()
		require.Equal(c, gateway.ClientLeft.Code, c.closed().Code)
	})
}

func TestAPacketThatBreaksTheProtocolEndsTheSession(t *testing.T) {
	for packet, why := range map[string]gateway.Disconnect{
		"": engineio.ParseError, "abc": engineio.ParseError, "7": engineio.ParseError, " 4x": engineio.ParseError,
		"2": engineio.TransportError, "2probe": engineio.TransportError, // which are not this client's to ask, here
	} {
		session(t, func(c *client) {
			c.send(packet)
			require.Equal(c, why, <-c.end, packet)
			<-c.session.Done()
		})
	}
}

func TestAPacketThatComesTooLateDoesNoHarm(t *testing.T) {
	session(t, func(c *client) {
		for _, packet := range []string{"0", "0{}", "5", "6", "3probe"} {
			c.send(packet)
		}
		c.send("4still here")
		require.Equal(c, "still here", string((<-c.heard).Data))
	})
}

func TestWhoClosesASessionSaysWhyAndTheFirstReasonCounts(t *testing.T) {
	session(t, func(c *client) {
		require.NoError(c, c.session.Close(gateway.GoingAway.Code, gateway.GoingAway.Reason))
		require.NoError(c, c.session.Close(gateway.Kicked.Code, gateway.Kicked.Reason))
		require.Equal(c, gateway.GoingAway, c.closed())
		require.Equal(c, gateway.GoingAway, <-c.end)
		require.Error(c, c.session.Write(transport.Message{Data: []byte("too late")}))
	})
}

func TestASessionThatIsClosedFreesWhoWritesToIt(t *testing.T) {
	session(t, func(c *client) {
		failed := make(chan error)
		go func() { failed <- c.session.Write(transport.Message{Data: []byte("nobody reads this")}) }()
		synctest.Wait()
		require.NoError(c, c.session.Close(gateway.GoingAway.Code, ""))
		require.Error(c, <-failed)
	})
}

func TestASessionEndsInTheWordsOfTheReferenceHoweverItsTransportEnds(t *testing.T) {
	left := gateway.Disconnect{Code: gateway.ClientLeft.Code, Reason: "transport close"}
	for frame, why := range map[gateway.Disconnect]gateway.Disconnect{
		gateway.ConnectionLost:           engineio.TransportClose,
		{Code: 1000}:                     left,
		{Code: 4400, Reason: "whatever"}: left, // a client cannot speak for the server
		gateway.ProtocolError:            engineio.ParseError,
		gateway.InvalidText:              {Code: gateway.InvalidText.Code, Reason: "parse error"},
		gateway.TooBig:                   {Code: gateway.TooBig.Code, Reason: "transport error"},
		gateway.RateLimited:              gateway.RateLimited,
	} {
		session(t, func(c *client) {
			require.NoError(c, c.conn.Close(frame.Code, frame.Reason))
			require.Equal(c, why, <-c.end)
		})
	}
}
