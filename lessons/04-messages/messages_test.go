package messages_test

import (
	"bytes"
	"fmt"
	"log"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// credentials are what a client presents as its first message.
type credentials struct {
	Token string `json:"token"`
	Name  string `json:"name"`
}

// enter connects a client called name and takes its welcome.
func enter(srv *gatewaytest.Server, name string) *gatewaytest.Client {
	c := srv.Dial(credentials{Token: Shared, Name: name})
	gatewaytest.Expect(c, Welcome)
	return c
}

// both connects Ana and Bob. Ana has heard that Bob joined.
func both(srv *gatewaytest.Server) (ana, bob *gatewaytest.Client) {
	ana, bob = enter(srv, "Ana"), enter(srv, "Bob")
	gatewaytest.Expect(ana, Joined)
	return ana, bob
}

func TestEveryoneHearsAMessage(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		eve := enter(srv, "Eve")
		gatewaytest.Expect(bob, Joined)
		gatewaytest.Emit(ana, Say, Line{Text: "hi"})
		require.Equal(t, "hi", gatewaytest.Expect(bob, Said).Text)
		require.Equal(t, "hi", gatewaytest.Expect(eve, Said).Text)
	})
}

func TestTheSenderHearsItToo(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, _ := both(srv)
		gatewaytest.Emit(ana, Say, Line{Text: "hi"})
		require.Equal(t, "hi", gatewaytest.Expect(ana, Said).Text)
	})
}

func TestEveryoneHearsItOnce(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		gatewaytest.Emit(ana, Say, Line{Text: "hi"})
		for _, c := range []*gatewaytest.Client{ana, bob} {
			gatewaytest.Expect(c, Said)
			c.ExpectSilence()
		}
	})
}

func TestAMessageSaysWhoSpokeAndWhen(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		<-time.After(time.Minute)
		gatewaytest.Emit(ana, Say, Line{Text: "hi"})
		said := gatewaytest.Expect(bob, Said)
		require.Equal(t, ana.ID(), said.ID, "the id of the sender's socket")
		require.Equal(t, "Ana", said.From, "the sender's name")
		require.True(t, said.At.Equal(time.Now()), "the time at which it was said, got %v", said.At)
	})
}

func TestTheSenderIsWhoTheHandshakeSays(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		ana.SendText(fmt.Sprintf(`{"event":"message","data":{"text":"hi","from":"Bob","name":"Bob","id":%q}}`, bob.ID()))
		said := gatewaytest.Expect(bob, Said)
		require.Equal(t, "Ana", said.From, "anybody can write a name into a payload")
		require.Equal(t, ana.ID(), said.ID, "anybody can write an id into a payload")
	})
}

func TestTheMessagesOfEachSenderKeepTheirOrder(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		for i := range 100 {
			gatewaytest.Emit(ana, Say, Line{Text: fmt.Sprint(i)})
			gatewaytest.Emit(bob, Say, Line{Text: fmt.Sprint(i)})
		}
		heard := map[string][]string{}
		for range 200 {
			said := gatewaytest.Expect(ana, Said)
			require.Equal(t, said, gatewaytest.Expect(bob, Said), "both hear the same")
			heard[said.ID] = append(heard[said.ID], said.Text)
		}
		for _, texts := range heard {
			for i, text := range texts {
				require.Equal(t, fmt.Sprint(i), text, "what one client says is heard in the order in which it was said")
			}
		}
	})
}

func TestAPlainStringIsAMessageToo(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		ana.SendText(`{"event":"message","data":"hi"}`)
		require.Equal(t, "hi", gatewaytest.Expect(bob, Said).Text)
	})
}

func TestTheSpaceAroundATextIsTrimmed(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		gatewaytest.Emit(ana, Say, Line{Text: " \n hi there\t"})
		require.Equal(t, "hi there", gatewaytest.Expect(bob, Said).Text)
	})
}

func TestAnEmptyMessageIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		for _, payload := range []string{`{"text":""}`, `{"text":" \n\t"}`, `""`, `{}`, `null`} {
			ana.SendText(`{"event":"message","data":` + payload + `}`)
			require.Equal(t, "bad_payload", ana.ExpectError().Code, "the sender is told what is wrong with %s", payload)
			bob.ExpectSilence()
		}
	})
}

func TestALongMessageIsRefused(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		gatewaytest.Emit(ana, Say, Line{Text: strings.Repeat("ñ", 2001)})
		require.Equal(t, "bad_payload", ana.ExpectError().Code, "the sender is told that 2001 characters are too many")
		bob.ExpectSilence()
	})
}

func TestTwoThousandCharactersAreAllowed(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		text := strings.Repeat("ñ", 2000) // 4000 bytes
		gatewaytest.Emit(ana, Say, Line{Text: "  " + text})
		require.Equal(t, text, gatewaytest.Expect(bob, Said).Text)
	})
}

func TestAPayloadOfTheWrongTypeIsAnswered(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		for _, payload := range []string{`{"text":5}`, `["hi"]`, `true`} {
			ana.SendText(`{"event":"message","data":` + payload + `}`)
			require.Equal(t, "bad_payload", ana.ExpectError().Code, payload)
		}
		bob.ExpectSilence()
		gatewaytest.Emit(ana, Say, Line{Text: "still here"})
		require.Equal(t, "still here", gatewaytest.Expect(bob, Said).Text)
	})
}

func TestAnUnknownEventIsAnswered(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		ana.SendText(`{"event":"mesage","data":{"text":"hi"}}`)
		require.Equal(t, "unknown_event", ana.ExpectError().Code)
		bob.ExpectSilence()
	})
}

func TestNobodyWhoLeftIsKept(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := both(srv)
		bob.Close()
		left := gatewaytest.Expect(ana, Left)
		require.Equal(t, Guest{ID: bob.ID(), Name: "Bob"}, left.Guest)
		eve := srv.Dial(credentials{Token: Shared, Name: "Eve"})
		require.ElementsMatch(t, []Guest{{ID: ana.ID(), Name: "Ana"}, {ID: eve.ID(), Name: "Eve"}}, gatewaytest.Expect(eve, Welcome).Here, "nobody who left is in the list")
	})
}

func TestTwoClientsMayHaveOneName(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		one, two := enter(srv, "Ana"), enter(srv, "Ana")
		gatewaytest.Expect(one, Joined)
		two.Close()
		gatewaytest.Expect(one, Left)
		gatewaytest.Emit(one, Say, Line{Text: "hi"})
		require.Equal(t, "Ana", gatewaytest.Expect(one, Said).From, "the one who is still here keeps the name")
	})
}

func TestOnlyWhoWasLetInMaySpeak(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := enter(srv, "Ana")
		refused := srv.Dial(credentials{Token: "guess", Name: "Bob"})
		require.Equal(t, gateway.Unauthorized, refused.ExpectDisconnect())
		ana.ExpectSilence()
	})
}

func TestComingAndGoingAreLogged(t *testing.T) {
	printed := recordLog(t)
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := enter(srv, "Ana")
		ana.Close()
		for _, what := range []string{"client connected", "client disconnected"} {
			require.Regexp(t, what+".*"+ana.ID(), printed.String(), "the log says %q, and which client it was", what)
		}
	})
}

func TestFiftyClientsSpeakAndLeaveAtOnce(t *testing.T) {
	gatewaytest.Run(t, New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := enter(srv, "Ana")
		var clients [50]*gatewaytest.Client
		for i := range clients {
			clients[i] = enter(srv, fmt.Sprint("client ", i))
			gatewaytest.Expect(ana, Joined)
		}
		var speaking, leaving sync.WaitGroup
		said, left := map[string]bool{}, map[string]bool{}
		for _, c := range clients {
			speaking.Go(func() { gatewaytest.Emit(c, Say, Line{Text: "hi"}) })
		}
		speaking.Wait()
		for range clients {
			said[gatewaytest.Expect(ana, Said).ID] = true
		}
		for _, c := range clients {
			leaving.Go(c.Close)
		}
		leaving.Wait()
		for range clients {
			left[gatewaytest.Expect(ana, Left).ID] = true
		}
		require.Len(t, said, len(clients), "a message of each")
		require.Equal(t, said, left)
		require.Len(t, gatewaytest.Expect(srv.Dial(credentials{Token: Shared, Name: "Eve"}), Welcome).Here, 2, "nobody who left is in the list")
	})
}

// recordLog returns what slog and log print until the test ends.
func recordLog(t *testing.T) *bytes.Buffer {
	var printed bytes.Buffer
	before, flags, out := slog.Default(), log.Flags(), log.Writer()
	slog.SetDefault(slog.New(slog.NewTextHandler(&printed, nil)))
	t.Cleanup(func() {
		slog.SetDefault(before)
		log.SetFlags(flags)
		log.SetOutput(out)
	})
	return &printed
}
