package engineio_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/engineio"
	"wslab/server/transport"
)

// A box is a transport that keeps what it is given until somebody fetches it, as one that polls does.
type box struct {
	transport.Conn // which reads and closes

	mu       sync.Mutex
	waiting  []transport.Message
	released bool
	moved    bool
}

func (b *box) Write(messages ...transport.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.moved {
		return gateway.ConnectionLost
	}
	b.waiting = append(b.waiting, messages...)
	return nil
}

func (b *box) Release() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.released = true
}

func (b *box) Hold() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.released = false
}

func (b *box) Rest() []transport.Message {
	b.mu.Lock()
	b.moved = true
	b.mu.Unlock()
	_ = b.Close(gateway.ConnectionLost.Code, "")
	return b.fetch()
}

// fetch is a poll that does not wait.
func (b *box) fetch() []transport.Message {
	b.mu.Lock()
	defer b.mu.Unlock()
	waiting := b.waiting
	b.waiting = nil
	return waiting
}

// polled begins a session over a box.
func polled(t *testing.T, test func(c *client, b *box)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		far, near := transport.Pipe()
		b := &box{Conn: near}
		c := &client{T: t, conn: far, session: engineio.NewSession("me", b, engineio.Options{})}
		defer func() { _ = c.session.Close(gateway.ConnectionLost.Code, "") }()
		c.listen()
		test(c, b)
	})
}

// upgrade opens a second connection, which wants to take the session over. err says whether it has.
func (c *client) upgrade(b *box) (socket *client, err <-chan error) {
	far, near := transport.Pipe()
	failed := make(chan error, 1)
	go func() { failed <- c.session.Upgrade(func() (transport.Conn, error) { return near, nil }, b) }()
	return &client{T: c.T, conn: far, session: c.session, heard: c.heard, end: c.end}, failed
}

// probe sends the probe and hears its answer.
func (c *client) probe() {
	c.Helper()
	c.send("2probe")
	require.Equal(c, "3probe", c.next())
}

func TestTheProbeIsAnsweredAndThenThePollIsReleased(t *testing.T) {
	polled(t, func(c *client, b *box) {
		socket, failed := c.upgrade(b)
		synctest.Wait()
		require.False(c, b.released)
		socket.probe()
		synctest.Wait()
		require.True(c, b.released)
		require.True(c, c.session.Carries(b), "until the client's 5")
		socket.send("5")
		require.NoError(c, <-failed)
		require.False(c, c.session.Carries(b))
	})
}

func TestAnUpgradedSessionSpeaksAndListensOverItsWebSocket(t *testing.T) {
	polled(t, func(c *client, b *box) {
		socket, failed := c.upgrade(b)
		socket.probe()
		c.send("4over polling")
		socket.send("5")
		require.NoError(c, <-failed)
		socket.send("4over the WebSocket")
		require.Equal(c, "over polling", string((<-c.heard).Data))
		require.Equal(c, "over the WebSocket", string((<-c.heard).Data))
		c.say("and back")
		require.Equal(c, "4and back", socket.next())
		require.Equal(c, "2", socket.next(), "the heartbeat goes on there")
		require.NoError(c, c.session.Close(gateway.GoingAway.Code, gateway.GoingAway.Reason))
		require.Equal(c, gateway.GoingAway, socket.closed())
	})
}

func TestWhatIsWrittenWhileAClientUpgradesArrivesOnceAndInOrder(t *testing.T) {
	polled(t, func(c *client, b *box) {
		var want, got []string
		for i := range 300 {
			want = append(want, fmt.Sprint("4", i))
		}
		go func() {
			for i := range 300 {
				time.Sleep(time.Millisecond)
				_ = c.session.Write(transport.Message{Data: []byte(fmt.Sprint(i))})
			}
		}()
		socket, failed := c.upgrade(b)
		time.Sleep(50 * time.Millisecond)
		socket.probe()
		for _, m := range b.fetch() {
			got = append(got, string(m.Data))
		}
		require.NotEmpty(c, got)
		time.Sleep(50 * time.Millisecond)
		socket.send("5")
		for len(got) < len(want) {
			got = append(got, socket.next())
		}
		require.NoError(c, <-failed)
		require.Equal(c, want, got)
	})
}

func TestAnUpgradeThatGoesWrongLeavesTheSessionAsItWas(t *testing.T) {
	for _, said := range []string{"2", "2PROBE", "4hello", "5", "abc", "", "2probe 2probe", "2probe 4hello", "2probe 5x"} {
		polled(t, func(c *client, b *box) {
			socket, failed := c.upgrade(b)
			first, second, two := strings.Cut(said, " ")
			socket.send(first)
			if two {
				require.Equal(c, "3probe", socket.next())
				socket.send(second)
			}
			require.ErrorIs(c, <-failed, engineio.ErrUpgrade, said)
			require.Equal(c, gateway.ConnectionLost.Code, socket.closed().Code)
			require.False(c, b.released)
			c.stillPolls(b)
			c.canUpgrade(b)
		})
	}
}

// stillPolls requires that the session is the box's.
func (c *client) stillPolls(b *box) {
	c.Helper()
	b.fetch()
	require.NoError(c, c.session.Write(transport.Message{Data: []byte("down")}))
	require.Equal(c, []transport.Message{{Data: []byte("4down")}}, b.fetch())
	c.send("4up")
	require.Equal(c, "up", string((<-c.heard).Data))
}

// canUpgrade requires that another WebSocket may take over.
func (c *client) canUpgrade(b *box) {
	c.Helper()
	socket, failed := c.upgrade(b)
	socket.probe()
	socket.send("5")
	require.NoError(c, <-failed)
}

func TestAWebSocketThatIsLostOrNeverOpensLeavesTheSessionAsItWas(t *testing.T) {
	polled(t, func(c *client, b *box) {
		err := c.session.Upgrade(func() (transport.Conn, error) { return nil, errors.New("no handshake") }, b)
		require.ErrorIs(c, err, engineio.ErrUpgrade)
		socket, failed := c.upgrade(b)
		socket.probe()
		require.NoError(c, socket.conn.Close(gateway.ConnectionLost.Code, ""))
		require.ErrorIs(c, <-failed, engineio.ErrUpgrade)
		c.stillPolls(b)
		c.canUpgrade(b)
	})
}

func TestAClientHasTenSecondsToUpgrade(t *testing.T) {
	polled(t, func(c *client, b *box) {
		for _, probes := range []bool{false, true} {
			start := time.Now()
			socket, failed := c.upgrade(b)
			if probes {
				time.Sleep(6 * time.Second)
				socket.probe()
			}
			require.ErrorIs(c, <-failed, engineio.ErrUpgrade)
			require.Equal(c, 10*time.Second, time.Since(start))
			require.Equal(c, gateway.ConnectionLost.Code, socket.closed().Code)
		}
		c.stillPolls(b)
		c.canUpgrade(b)
	})
}

func TestOnlyOneWebSocketMayTryAtATimeAndOnlyOneMaySucceed(t *testing.T) {
	polled(t, func(c *client, b *box) {
		refused := func() {
			c.Helper()
			err := c.session.Upgrade(func() (transport.Conn, error) { panic("it is not even opened") }, b)
			require.ErrorIs(c, err, engineio.ErrUpgrade)
		}
		socket, failed := c.upgrade(b)
		socket.probe()
		refused()
		socket.send("5")
		require.NoError(c, <-failed)
		refused()
		require.NoError(c, c.session.Close(1000, ""))
		refused()
	})
}

func TestASessionThatEndsTakesTheWebSocketAlongThatProbes(t *testing.T) {
	polled(t, func(c *client, b *box) {
		start := time.Now()
		socket, failed := c.upgrade(b)
		socket.probe()
		require.NoError(c, c.session.Close(gateway.GoingAway.Code, ""))
		require.ErrorIs(c, <-failed, engineio.ErrUpgrade)
		socket.closed()
		require.Zero(c, time.Since(start))
	})
}

func TestASessionThatEndsWhileItMovesTakesTheWebSocketAlong(t *testing.T) {
	polled(t, func(c *client, b *box) {
		c.say("what waits, and what the client does not read")
		socket, failed := c.upgrade(b)
		socket.probe()
		socket.send("5")
		synctest.Wait() // what waits is being written
		require.NoError(c, c.session.Close(gateway.GoingAway.Code, gateway.GoingAway.Reason))
		require.Equal(c, gateway.GoingAway, <-c.end)
		require.Equal(c, gateway.GoingAway, socket.closed())
		<-failed
	})
}
