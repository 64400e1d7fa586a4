//go:build live

// The live suite speaks to a running server over real WebSockets: natively, or compiled to
// WebAssembly from inside a browser. LAB_URL says where the server is, such as http://127.0.0.1:8080.
package lessons_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	connection "wslab/lessons/01-connection/solution"
	disconnect "wslab/lessons/02-disconnect/solution"
	auth "wslab/lessons/03-auth/solution"
	messages "wslab/lessons/04-messages/solution"
	rooms "wslab/lessons/05-rooms/solution"
	acks "wslab/lessons/06-acks/solution"
	heartbeat "wslab/lessons/07-heartbeat/solution"
	recovery "wslab/lessons/08-recovery/solution"
	scaling "wslab/lessons/11-scaling/solution"
	"wslab/server/gateway"
	"wslab/server/transport"
	"wslab/wasm/client"
)

// patience is how long a test waits for a real network.
const patience = 20 * time.Second

// credentials are what a client presents as its first message.
type credentials struct {
	Token string `json:"token"`
	Name  string `json:"name"`
}

// address returns where the reference answer of a lesson listens.
func address(t *testing.T, lesson int) string {
	t.Helper()
	base := os.Getenv("LAB_URL")
	require.NotEmpty(t, base, "set LAB_URL to the address of a running server, such as http://127.0.0.1:8080")
	return fmt.Sprintf("ws%s/lessons/%d/solution/ws", strings.TrimPrefix(strings.TrimSuffix(base, "/"), "http"), lesson)
}

// A peer is a client and the events that it has heard and nobody has asked for yet.
type peer struct {
	*client.Client
	ctx context.Context
	why chan gateway.Disconnect // why the connection ended
}

// enter dials, and lets listen add listeners before anything is delivered.
func enter(t *testing.T, lesson int, presented any, listen func(c *client.Client)) peer {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	c, err := client.Dial(ctx, address(t, lesson), client.Options{Auth: presented})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	listen(c)
	p := peer{c, ctx, make(chan gateway.Disconnect, 1)}
	go func() { p.why <- c.Run() }()
	return p
}

// hears returns a channel of what a client hears of an event.
func hears[T any](c *client.Client, event gateway.Event[T]) <-chan T {
	heard := make(chan T, 256)
	client.Listen(c, event, func(data T) { heard <- data })
	return heard
}

// await returns the first that is wanted. Others may be on the server too, so what is about them is passed over.
func await[T any](t *testing.T, p peer, heard <-chan T, want string, wanted func(T) bool) (data T) {
	t.Helper()
	for {
		select {
		case data = <-heard:
			if wanted(data) {
				return data
			}
		case <-p.ctx.Done():
			require.FailNow(t, "waited in vain for "+want)
		}
	}
}

func TestLiveAMessageWithoutAnEnvelopeComesBackAsItWas(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	heard := make(chan transport.Message, 2)
	c, err := client.DialPlain(ctx, address(t, 0), func(toServer bool, m transport.Message) {
		if !toServer {
			heard <- m
		}
	})
	require.NoError(t, err)
	ended := make(chan gateway.Disconnect, 1)
	go func() { ended <- c.Run() }()
	for _, m := range []transport.Message{{Data: []byte("¿hola?")}, {Binary: true, Data: []byte{0, 0xff}}} {
		require.NoError(t, c.Send(m))
		select {
		case got := <-heard:
			require.Equal(t, m, got)
		case <-ctx.Done():
			require.FailNow(t, "waited in vain for the message")
		}
	}
	require.NoError(t, c.Send(transport.Message{Data: []byte("bye")}))
	select {
	case why := <-ended:
		require.Equal(t, gateway.Disconnect{Code: 1000, Reason: "bye"}, why)
	case <-ctx.Done():
		require.FailNow(t, "waited in vain for the close frame")
	}
}

func TestLiveEveryClientIsWelcomedWithItsOwnID(t *testing.T) {
	ids := map[string]bool{}
	for range 3 {
		var welcomes <-chan connection.Greeting
		p := enter(t, 1, nil, func(c *client.Client) { welcomes = hears(c, connection.Welcome) })
		welcome := await(t, p, welcomes, "the welcome", func(connection.Greeting) bool { return true })
		require.Equal(t, p.ID(), welcome.ID)
		ids[welcome.ID] = true
	}
	require.Len(t, ids, 3)
}

func TestLiveTheOthersHearWhoLeftAndWhy(t *testing.T) {
	for _, test := range []struct {
		leave func(bob peer)
		want  gateway.Disconnect
	}{
		{func(bob peer) { _ = bob.Close() }, gateway.ClientLeft},
		{func(bob peer) { _ = disconnect.Kick.Emit(bob, nil) }, gateway.Kicked},
	} {
		var left <-chan disconnect.Departure
		ana := enter(t, 2, nil, func(c *client.Client) { left = hears(c, disconnect.Left) })
		bob := enter(t, 2, nil, func(*client.Client) {})
		test.leave(bob)
		departure := await(t, ana, left, "left, of Bob", func(d disconnect.Departure) bool { return d.ID == bob.ID() })
		require.Equal(t, test.want, gateway.Disconnect{Code: departure.Code, Reason: departure.Reason})
	}
}

func TestLiveTheOneWhoIsKickedIsToldWhy(t *testing.T) {
	bob := enter(t, 2, nil, func(*client.Client) {})
	require.NoError(t, disconnect.Kick.Emit(bob, nil))
	select {
	case why := <-bob.why:
		require.Equal(t, gateway.Kicked, why)
	case <-bob.ctx.Done():
		require.FailNow(t, "waited in vain for the end of the connection")
	}
}

func TestLiveAGoodTokenLetsItsOwnerIn(t *testing.T) {
	for _, presented := range []credentials{{Token: auth.Shared, Name: "Ana"}, {Token: signed(t, time.Hour)}} {
		var welcomes <-chan auth.Greeting
		ana := enter(t, 3, presented, func(c *client.Client) { welcomes = hears(c, auth.Welcome) })
		welcome := await(t, ana, welcomes, "the welcome", func(auth.Greeting) bool { return true })
		require.Equal(t, auth.Guest{ID: ana.ID(), Name: "Ana"}, welcome.Guest)
	}
}

func TestLiveABadTokenIsRefused(t *testing.T) {
	good := signed(t, time.Hour)
	for name, token := range map[string]string{
		"unknown": "guess", "missing": "", "expired": signed(t, -time.Hour), "tampered": good[:len(good)-4] + "AAAA",
	} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		_, err := client.Dial(ctx, address(t, 3), client.Options{Auth: credentials{Token: token, Name: "Eve"}})
		cancel()
		require.ErrorIs(t, err, gateway.Unauthorized, "a token that is %s", name)
	}
}

func TestLiveATokenTravelsInTheQueryAndAsASubprotocol(t *testing.T) {
	token := signed(t, time.Hour)
	for query, o := range map[string]client.Options{
		"?token=" + token: {},
		"":                {Subprotocols: []string{"wslab", "bearer." + token}},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		c, err := client.Dial(ctx, address(t, 3)+query, o)
		require.NoError(t, err)
		require.NotEmpty(t, c.ID())
		require.NoError(t, c.Close())
		cancel()
	}
}

func TestLiveEveryoneHearsEveryMessageInOrder(t *testing.T) {
	var heard [2]<-chan messages.Message
	var peers [2]peer
	for i, name := range []string{"Ana", "Bob"} {
		peers[i] = enter(t, 4, credentials{Token: messages.Shared, Name: name}, func(c *client.Client) { heard[i] = hears(c, messages.Said) })
	}
	for i := range 50 {
		for _, p := range peers {
			require.NoError(t, messages.Say.Emit(p, messages.Line{Text: fmt.Sprint(i)}))
		}
	}
	for listener := range peers {
		next := map[string]int{}
		for range 100 {
			said := await(t, peers[listener], heard[listener], "a message of Ana or Bob", func(m messages.Message) bool {
				return m.ID == peers[0].ID() || m.ID == peers[1].ID()
			})
			require.Equal(t, fmt.Sprint(next[said.ID]), said.Text, "%s out of order", said.From)
			next[said.ID]++
		}
	}
}

func TestLiveWhatIsWrongIsAnswered(t *testing.T) {
	var exceptions <-chan gateway.Exception
	ana := enter(t, 4, credentials{Token: messages.Shared, Name: "Ana"}, func(c *client.Client) {
		exceptions = hears(c, gateway.Event[gateway.Exception]("exception"))
	})
	for _, wrong := range []struct{ message, code string }{
		{`{"event":"mesage"}`, "unknown_event"}, {`{"event":"message","data":""}`, "bad_payload"}, {`{"event":`, "bad_message"},
	} {
		require.NoError(t, ana.SendText(wrong.message))
		require.Equal(t, wrong.code, await(t, ana, exceptions, "exception", func(gateway.Exception) bool { return true }).Code)
	}
}

func TestLiveARoomHearsWhatIsSaidInItAndWhoIsThere(t *testing.T) {
	room := rooms.Place{Room: fmt.Sprint("live ", time.Now().UnixNano())}
	var heard [2]<-chan rooms.Message
	var lists [2]<-chan rooms.Presence
	var peers [2]peer
	for i, name := range []string{"Ana", "Bob"} {
		peers[i] = enter(t, 5, credentials{Token: rooms.Shared, Name: name}, func(c *client.Client) {
			heard[i], lists[i] = hears(c, rooms.Said), hears(c, rooms.Here)
		})
		require.NoError(t, rooms.Join.Emit(peers[i], room))
		await(t, peers[i], lists[i], "the list with "+name, func(p rooms.Presence) bool { return len(p.Here) == i+1 })
	}
	require.NoError(t, rooms.Say.Emit(peers[0], rooms.Line{Room: room.Room, Text: "hi"}))
	for i := range peers {
		said := await(t, peers[i], heard[i], "Ana's message", func(m rooms.Message) bool { return m.Room == room.Room })
		require.Equal(t, peers[0].ID(), said.ID)
	}
	require.NoError(t, peers[1].Close())
	await(t, peers[0], lists[0], "the list without Bob", func(p rooms.Presence) bool { return len(p.Here) == 1 && p.Here[0].Name == "Ana" })
}

func TestLiveARequestIsAnsweredOrRefused(t *testing.T) {
	ana := enter(t, 6, credentials{Token: acks.Shared, Name: "Ana"}, func(*client.Client) {})
	bob := enter(t, 6, credentials{Token: acks.Shared, Name: "Bob"}, func(c *client.Client) {
		client.Answer(c, acks.Hand, func(acks.Message) (nothing gateway.Payload, err error) { return nothing, nil })
	})
	receipt, err := client.Call(ana.ctx, ana.Client, acks.Private, acks.Note{To: bob.ID(), Text: "psst"})
	require.NoError(t, err)
	require.Equal(t, bob.ID(), receipt.To)

	var refusal *gateway.Error
	_, err = client.Call(bob.ctx, bob.Client, acks.Private, acks.Note{To: ana.ID(), Text: "psst"})
	require.ErrorAs(t, err, &refusal, "Ana's client does not answer")
	require.Equal(t, "timeout", refusal.Code)
	_, err = client.Call(ana.ctx, ana.Client, acks.Who, acks.Place{Room: "nowhere"})
	require.ErrorAs(t, err, &refusal)
	require.Equal(t, "not_in_room", refusal.Code)
}

func TestLiveWhoDoesNotAnswerAPingIsEnded(t *testing.T) {
	var left <-chan acks.Departure
	ana := enter(t, 7, credentials{Token: messages.Shared, Name: "Ana"}, func(c *client.Client) {
		left = hears(c, heartbeat.Left)
		client.Listen(c, heartbeat.Ping, func(b heartbeat.Beat) { _ = heartbeat.Pong.Emit(c, b) })
	})
	bob := enter(t, 7, credentials{Token: messages.Shared, Name: "Bob"}, func(*client.Client) {})
	departure := await(t, ana, left, "left, of Bob", func(d acks.Departure) bool { return d.ID == bob.ID() })
	require.Equal(t, gateway.PingTimeout, gateway.Disconnect{Code: departure.Code, Reason: departure.Reason})
}

// resumes connects somebody who has heard so much before, and returns from where the server goes on.
func resumes(t *testing.T, name string, after int, listen func(c *client.Client)) (p peer, from int) {
	t.Helper()
	var resumed <-chan recovery.Position
	p = enter(t, 8, credentials{Token: messages.Shared, Name: name}, func(c *client.Client) {
		resumed = hears(c, recovery.Resumed)
		listen(c)
	})
	require.NoError(t, recovery.Resume.Emit(p, recovery.Position{Heard: after}))
	return p, await(t, p, resumed, "resumed", func(recovery.Position) bool { return true }).Heard
}

// line is one that nobody has said before.
func line(text string) recovery.Line {
	return recovery.Line{Key: fmt.Sprint(time.Now().UnixNano(), " ", text), Text: text}
}

func TestLiveWhoComesBackHearsWhatItHasMissed(t *testing.T) {
	var heard <-chan recovery.Message
	listen := func(c *client.Client) { heard = hears(c, recovery.Said) }
	ana, from := resumes(t, "Ana", 0, listen)
	say := func(text string) recovery.Receipt {
		words := recovery.Words{Line: line(text), Heard: from}
		receipt, err := client.Call(ana.ctx, ana.Client, recovery.Say, words)
		require.NoError(t, err)
		again, err := client.Call(ana.ctx, ana.Client, recovery.Say, words)
		require.NoError(t, err)
		require.Equal(t, receipt, again, "said again, it takes effect once")
		return receipt
	}
	before := say("1").N
	require.NoError(t, ana.Lose())
	ana, from = resumes(t, "Ana", before, listen)
	require.Equal(t, before, from, "nothing is lost")
	next := say("2").N
	require.Equal(t, before+1, next)
	require.Equal(t, next, await(t, ana, heard, "her second line, and not her first", func(recovery.Message) bool { return true }).N)
}

func TestLiveTheChatOfTheSocketIOLessonIsHeard(t *testing.T) {
	var heard <-chan messages.Message
	ana := enter(t, 10, credentials{Token: messages.Shared, Name: "Ana"}, func(c *client.Client) { heard = hears(c, messages.Said) })
	require.NoError(t, messages.Say.Emit(ana, messages.Line{Text: "hi"}))
	said := await(t, ana, heard, "her own message", func(m messages.Message) bool { return m.ID == ana.ID() })
	require.Equal(t, "hi", said.Text)
}

func TestLiveWhatIsSaidAtOneServerIsHeardAtTheOthers(t *testing.T) {
	var heard [3]<-chan scaling.Message
	var welcomes [3]<-chan scaling.Greeting
	var peers [3]peer
	for i := range peers {
		peers[i] = enter(t, 11, credentials{Token: messages.Shared, Name: "Ana"}, func(c *client.Client) {
			heard[i], welcomes[i] = hears(c, scaling.Said), hears(c, scaling.Welcome)
		})
	}
	at := map[string]bool{}
	for i, p := range peers {
		at[await(t, p, welcomes[i], "the welcome", func(scaling.Greeting) bool { return true }).Server] = true
	}
	require.Greater(t, len(at), 1, "clients come to different servers")
	line := scaling.Line{Key: peers[0].ID(), Text: "hi"}
	receipt, err := client.Call(peers[0].ctx, peers[0].Client, scaling.Say, line)
	require.NoError(t, err)
	again, err := client.Call(peers[1].ctx, peers[1].Client, scaling.Say, line)
	require.NoError(t, err)
	require.Equal(t, receipt, again, "said again at another server, it takes effect once")
	for i, p := range peers {
		await(t, p, heard[i], "the message", func(m scaling.Message) bool { return m.Offset == receipt.Offset && m.Text == "hi" })
	}
}

// signed returns a token for Ana that was issued two hours ago and is good from now on for that long.
func signed(t *testing.T, good time.Duration) string {
	t.Helper()
	token, err := auth.Sign("Ana", time.Now().Add(-2*time.Hour), time.Now().Add(good))
	require.NoError(t, err)
	return token
}
