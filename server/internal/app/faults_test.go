package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/server/transport/ws"
	"wslab/wasm/client"
)

// The faults of a page's connections, as the gateway and the other clients notice them.

type left struct {
	Reason string `json:"reason"`
}

// witness is somebody without faults, who hears of those who leave.
func witness(t *testing.T, host string) (said chan string, leaves chan string) {
	c, err := client.Dial(deadline(t), "ws://"+host+"/ws", client.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	said, leaves = make(chan string, 100), make(chan string, 100)
	client.Listen(c, gateway.Event[string]("message"), func(text string) { said <- text })
	client.Listen(c, gateway.Event[left]("left"), func(l left) { leaves <- l.Reason })
	go c.Run()
	return said, leaves
}

// dialFaulty connects as ana with these faults.
func dialFaulty(t *testing.T, host, faults string) *client.Client {
	c, err := client.Dial(deadline(t), "ws://"+host+"/ws?page=p&as=ana&faults="+url.QueryEscape(faults), client.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Close() })
	go c.Run()
	return c
}

func hears(t *testing.T, from chan string, want string) {
	t.Helper()
	select {
	case got := <-from:
		require.Equal(t, want, got)
	case <-deadline(t).Done():
		require.Fail(t, "never heard "+want)
	}
}

func TestAHalfOpenClientIsNoticedByItsMissingPong(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true, PingInterval: 100 * time.Millisecond, PingTimeout: 200 * time.Millisecond})
	said, leaves := witness(t, host)
	c := dialFaulty(t, host, "up.half=1")
	require.NoError(t, c.Emit("message", "one"))
	hears(t, said, "one")
	require.NoError(t, c.Emit("message", "two"))
	hears(t, leaves, gateway.PingTimeout.Reason)
	require.Empty(t, said, "the second message never arrived")
}

func TestAResetConnectionIsALostOne(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true})
	said, leaves := witness(t, host)
	c := dialFaulty(t, host, "up.rst=1")
	require.NoError(t, c.Emit("message", "one"))
	hears(t, said, "one")
	require.NoError(t, c.Emit("message", "two"))
	hears(t, leaves, gateway.ConnectionLost.Reason)
}

func TestAMessageThatIsDoubledOnItsWayIsHeardTwice(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true})
	said, _ := witness(t, host)
	c := dialFaulty(t, host, "up.double=1")
	require.NoError(t, c.Emit("message", "again"))
	hears(t, said, "again")
	hears(t, said, "again")
}

func TestAMaskThatIsNotTheRightOneIsInvalidText(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true})
	conn := dial(t, deadline(t), "ws://"+host+"/ws?page=p&as=ana&faults=seed%3D2%2Cup.mask%3D1", ws.DialOptions{})
	event(t, deadline(t), conn, "connected")
	send(t, conn, `{"event":"message","data":"plain"}`)
	require.Contains(t, []gateway.Disconnect{gateway.InvalidText, {Code: gateway.InvalidText.Code}}, ended(deadline(t), conn))
}

func TestAClientThatReadsNothingIsTooSlowAndHoldsUpNobody(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true, Unlimited: true})
	said, leaves := witness(t, host)
	dialFaulty(t, host, "down.stall=1")
	talker, err := client.Dial(deadline(t), "ws://"+host+"/ws", client.Options{})
	require.NoError(t, err)
	go talker.Run()
	defer talker.Close()
	long := strings.Repeat("x", 100_000)
	for range 100 {
		require.NoError(t, talker.Emit("message", long))
		select {
		case reason := <-leaves:
			require.Equal(t, gateway.TooSlow.Reason, reason)
			return
		case <-said:
		case <-deadline(t).Done():
			require.Fail(t, "the others are held up")
		}
	}
	hears(t, leaves, gateway.TooSlow.Reason)
}

func TestFaultsThatCannotBeAreRefusedWithAReason(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Open: true})
	_, err := client.Dial(deadline(t), "ws://"+host+"/ws?page=p&as=ana&faults=delay%3Dforever", client.Options{})
	require.ErrorContains(t, err, "400")
	answer, err := http.PostForm("http://"+host+"/pages/p/ana", url.Values{"faults": {"drop=2"}})
	require.NoError(t, err)
	defer answer.Body.Close()
	require.Equal(t, http.StatusBadRequest, answer.StatusCode)
}
