package app_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/server/internal/app"
	"wslab/server/protocol/engineio"
	"wslab/wasm/client"
)

// A guest is somebody at the conformance gateway who speaks with the Go client, and what they hear.
type guest struct {
	*client.Client
	upgraded <-chan struct{} // closed when a WebSocket has taken over from polling
	said     chan string
	refusals chan gateway.Error
	leaves   chan departure
	over     chan gateway.Disconnect
}

type departure struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

const (
	message   gateway.Event[string]           = "message"
	exception gateway.Event[gateway.Error]    = "exception"
	leaving   gateway.Event[departure]        = "left"
	echo      gateway.Request[string, string] = "echo"
	fail      gateway.Request[string, string] = "fail"
	ask       gateway.Request[string, string] = "ask"
	question  gateway.Request[string, string] = "question"
)

// arrives connects a guest with these transports of Socket.IO, or with none: raw.
func arrives(t *testing.T, host, name string, transports ...string) *guest {
	t.Helper()
	path, upgraded := "/ws", make(chan struct{})
	if transports != nil {
		path = "/socket.io/"
	}
	once := sync.OnceFunc(func() { close(upgraded) })
	c, err := client.Dial(deadline(t), "ws://"+host+path, client.Options{
		SocketIO: transports, Auth: map[string]string{"token": chat.Token, "name": name},
		Trace: func(toServer bool, message []byte) {
			if toServer && string(message) == "5" {
				once()
			}
		},
	})
	require.NoError(t, err)
	t.Cleanup(func() { _ = c.Lose() })
	g := &guest{c, upgraded, make(chan string, 1000), make(chan gateway.Error, 10), make(chan departure, 10), make(chan gateway.Disconnect, 1)}
	client.Listen(c, message, func(text string) { g.said <- text })
	client.Listen(c, exception, func(e gateway.Error) { g.refusals <- e })
	client.Listen(c, leaving, func(d departure) { g.leaves <- d })
	client.Answer(c, question, func(about string) (string, error) { return "blue to " + about, nil })
	go func() { g.over <- c.Run() }()
	return g
}

// settled waits until the WebSocket has taken over, on both sides.
func (g *guest) settled(t *testing.T) *guest {
	t.Helper()
	await(t, g.upgraded)
	g.echoes(t, "over the WebSocket")
	return g
}

func (g *guest) echoes(t *testing.T, text string) {
	t.Helper()
	got, err := client.Call(deadline(t), g.Client, echo, text)
	require.NoError(t, err)
	require.Equal(t, text, got)
}

// await returns what comes.
func await[T any](t *testing.T, from <-chan T) (v T) {
	t.Helper()
	select {
	case v = <-from:
	case <-deadline(t).Done():
		require.Fail(t, "it never came")
	}
	return v
}

var modes = map[string][]string{
	"polling":              {engineio.Polling},
	"websocket":            {engineio.WebSocket},
	"polling to websocket": {engineio.Polling, engineio.WebSocket},
}

func inEveryMode(t *testing.T, test func(t *testing.T, host string, transports ...string)) {
	host := conforming(t)
	for name, transports := range modes {
		t.Run(name, func(t *testing.T) { test(t, host, transports...) })
	}
}

func TestAGuestOfSocketIOAndARawOneHearEachOther(t *testing.T) {
	inEveryMode(t, func(t *testing.T, host string, transports ...string) {
		ana, bob := arrives(t, host, "Ana", transports...), arrives(t, host, "Bob")
		require.NotEmpty(t, ana.ID())
		require.NoError(t, message.Emit(ana, "hola"))
		require.Equal(t, "hola", await(t, bob.said))
		require.Equal(t, "hola", await(t, ana.said))
		require.NoError(t, message.Emit(bob, "hi"))
		require.Equal(t, "hi", await(t, ana.said))
	})
}

func TestAGuestOfSocketIOIsRefusedInTheServersWords(t *testing.T) {
	inEveryMode(t, func(t *testing.T, host string, transports ...string) {
		for _, auth := range []any{nil, map[string]string{"token": "guess", "name": "Eve"}} {
			var left atomic.Bool
			trace := func(toServer bool, message []byte) {
				if toServer && string(message) == "41" {
					left.Store(true)
				}
			}
			_, err := client.Dial(deadline(t), "ws://"+host+"/socket.io/", client.Options{SocketIO: transports, Auth: auth, Trace: trace})
			require.Equal(t, gateway.Disconnect{Code: 4401, Reason: "unauthorized"}, err)
			require.False(t, left.Load(), "who was not let in leaves no namespace")
		}
	})
}

func TestACallOfSocketIOIsAnsweredAlsoWhereTheServerAsksBack(t *testing.T) {
	inEveryMode(t, func(t *testing.T, host string, transports ...string) {
		ana := arrives(t, host, "Ana", transports...)
		ana.echoes(t, "ñ")
		answer, err := client.Call(deadline(t), ana.Client, ask, "sky")
		require.NoError(t, err)
		require.Equal(t, "blue to sky", answer)
	})
}

// Socket.IO has no answer that is an error: as in NestJS the client hears an exception, and its call waits on.
func TestACallOfSocketIOThatIsRefusedHearsAnExceptionAndNoAnswer(t *testing.T) {
	inEveryMode(t, func(t *testing.T, host string, transports ...string) {
		ana := arrives(t, host, "Ana", transports...)
		ctx, giveUp := context.WithCancelCause(t.Context())
		enough := errors.New("waited long enough")
		go func() {
			giveUp(fmt.Errorf("%w: %s", enough, (<-ana.refusals).Code))
		}()
		_, err := client.Call(ctx, ana.Client, fail, "x")
		require.ErrorIs(t, err, enough)
		require.ErrorContains(t, err, "failed")
		ana.echoes(t, "still here")
	})
}

func TestTheOthersHearHowAGuestOfSocketIOLeft(t *testing.T) {
	inEveryMode(t, func(t *testing.T, host string, transports ...string) {
		ana, bob := arrives(t, host, "Ana", transports...), arrives(t, host, "Bob")
		require.NoError(t, ana.Close())
		require.Equal(t, departure{ana.ID(), "client namespace disconnect"}, await(t, bob.leaves))
		require.Equal(t, gateway.ClientLeft.Code, await(t, ana.over).Code)
	})
}

func TestTheOthersHearThatAGuestsWebSocketOfSocketIOWasLost(t *testing.T) {
	host := conforming(t)
	bob := arrives(t, host, "Bob")
	for name, ana := range map[string]*guest{
		"from the beginning": arrives(t, host, "Ana", engineio.WebSocket),
		"after an upgrade":   arrives(t, host, "Ana", engineio.Polling, engineio.WebSocket).settled(t),
	} {
		t.Run(name, func(t *testing.T) {
			require.NoError(t, ana.Lose())
			require.Equal(t, departure{ana.ID(), "transport close"}, await(t, bob.leaves))
			require.Equal(t, gateway.ConnectionLost, await(t, ana.over))
		})
	}
}

// A poll that waits is missed at once; between two polls only the heartbeat can tell.
func TestTheOthersHearThatAGuestWhoPolledWasLost(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", PingInterval: 200 * time.Millisecond, PingTimeout: 200 * time.Millisecond})
	ana, bob := arrives(t, host, "Ana", engineio.Polling), arrives(t, host, "Bob")
	require.NoError(t, ana.Lose())
	require.Equal(t, gateway.ConnectionLost, await(t, ana.over))
	http.DefaultClient.CloseIdleConnections() // a server that stops gives one that was never used 5 s
	left := await(t, bob.leaves)
	require.Equal(t, ana.ID(), left.ID)
	require.Contains(t, []string{"transport close", gateway.PingTimeout.Reason}, left.Reason)
}

// Only a WebSocket can say why it closes.
func TestAGuestOfSocketIOHearsThatTheServerStopsAndOverAWebSocketWhy(t *testing.T) {
	host, stop := start(t, app.Config{Gateway: "conformance"})
	framed, polls := arrives(t, host, "Ana", engineio.WebSocket), arrives(t, host, "Ana", engineio.Polling)
	upgraded := arrives(t, host, "Ana", engineio.Polling, engineio.WebSocket).settled(t)
	stop()
	require.Equal(t, gateway.GoingAway, await(t, framed.over))
	require.Equal(t, gateway.GoingAway, await(t, upgraded.over))
	require.Equal(t, gateway.Disconnect{Code: 1005, Reason: "io server disconnect"}, await(t, polls.over))
}

// The server keeps the connection of whom it throws out of a namespace, and gives no reason.
func TestAGuestOfSocketIOWhoIsThrownOutLeaves(t *testing.T) {
	inEveryMode(t, func(t *testing.T, host string, transports ...string) {
		ana, bob := arrives(t, host, "Ana", transports...), arrives(t, host, "Bob")
		require.NoError(t, ana.Emit("kick", nil))
		require.Equal(t, departure{ana.ID(), "server namespace disconnect"}, await(t, bob.leaves))
		require.Equal(t, gateway.Disconnect{Code: 1005, Reason: "io server disconnect"}, await(t, ana.over))
		require.Error(t, message.Emit(ana, "anybody there?"))
	})
}

// enough is how many events each side sends at least.
const enough = 200

// speaks says one line after another, ten at a time, at least until the other has been heard to do so.
func (g *guest) speaks(t *testing.T, name string, until <-chan struct{}) (n int, heard []string) {
	for more := true; more || n < enough; {
		for range 10 {
			n++
			require.NoError(t, message.Emit(g, fmt.Sprint(name, " ", n)))
		}
		for len(heard) == 0 || !strings.HasSuffix(heard[len(heard)-1], fmt.Sprint(name, " ", n)) {
			heard = append(heard, await(t, g.said))
		}
		select {
		case <-until:
			more = false
		default:
		}
	}
	return n, heard
}

func TestNothingIsLostOrOvertakenWhileAGuestUpgrades(t *testing.T) {
	host, _ := start(t, app.Config{Gateway: "conformance", Unlimited: true})
	bob := arrives(t, host, "Bob")
	ana := arrives(t, host, "Ana", engineio.Polling, engineio.WebSocket)
	type talk struct {
		n     int
		heard []string
	}
	talks := map[string]chan talk{"Ana": make(chan talk, 1), "Bob": make(chan talk, 1)}
	for name, g := range map[string]*guest{"Ana": ana, "Bob": bob} {
		go func() {
			n, heard := g.speaks(t, name, ana.upgraded)
			talks[name] <- talk{n, heard}
		}()
	}
	anas, bobs := await(t, talks["Ana"]), await(t, talks["Bob"])
	for len(anas.heard) < anas.n+bobs.n {
		anas.heard = append(anas.heard, await(t, ana.said))
	}
	for len(bobs.heard) < anas.n+bobs.n {
		bobs.heard = append(bobs.heard, await(t, bob.said))
	}
	require.Equal(t, bobs.heard, anas.heard, "both hear all of it in one order")
	for name, n := range map[string]int{"Ana": anas.n, "Bob": bobs.n} {
		next := 0
		for _, line := range anas.heard {
			if strings.HasPrefix(line, name) {
				next++
				require.Equal(t, fmt.Sprint(name, " ", next), line)
			}
		}
		require.Equal(t, n, next)
	}
	require.Empty(t, ana.said)
	require.Empty(t, bob.said)
}
