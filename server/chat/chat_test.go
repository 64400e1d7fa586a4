package chat_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"wslab/server/chat"
	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

func as(name string) map[string]string { return map[string]string{"token": chat.Token, "name": name} }

// join connects a person and reads who is here.
func join(srv *gatewaytest.Server, name string, others ...*gatewaytest.Client) *gatewaytest.Client {
	c := srv.Dial(as(name))
	gatewaytest.Expect(c, chat.Here)
	for _, other := range others {
		gatewaytest.Expect(other, chat.Joined)
	}
	return c
}

func TestEveryoneHearsAMessageTheSenderToo(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		bob := join(srv, "Bob", ana)
		gatewaytest.Emit(ana, chat.Say, chat.Line{Text: "hi"})
		want := chat.Message{ID: ana.ID(), From: "Ana", Text: "hi", At: time.Now().UTC()}
		require.Equal(t, want, gatewaytest.Expect(ana, chat.Said))
		require.Equal(t, want, gatewaytest.Expect(bob, chat.Said))
	})
}

func TestAPlainStringIsAMessageToo(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		ana.SendText(`{"event":"message","data":"hi"}`)
		require.Equal(t, "hi", gatewaytest.Expect(ana, chat.Said).Text)
	})
}

func TestATextHasOneTo2000Characters(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		for _, text := range []string{"", strings.Repeat("ñ", 2001)} {
			gatewaytest.Emit(ana, chat.Say, chat.Line{Text: text})
			require.Equal(t, "bad_text", ana.ExpectError().Code)
		}
		gatewaytest.Emit(ana, chat.Say, chat.Line{Text: strings.Repeat("ñ", 2000)})
		gatewaytest.Expect(ana, chat.Said)
	})
}

func TestAWhisperIsHeardByTwo(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		bob := join(srv, "Bob", ana)
		eve := join(srv, "Eve", ana, bob)
		gatewaytest.Emit(ana, chat.Whisper, chat.Line{To: bob.ID(), Text: "psst"})
		heard := gatewaytest.Expect(bob, chat.Whispered)
		require.Equal(t, heard, gatewaytest.Expect(ana, chat.Whispered))
		require.Equal(t, bob.ID(), heard.To)
		eve.ExpectSilence()
	})
}

func TestAWhisperToNobodyIsRefused(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		gatewaytest.Emit(ana, chat.Whisper, chat.Line{To: "nobody", Text: "psst"})
		require.Equal(t, "not_found", ana.ExpectError().Code)
	})
}

func TestTheOthersHearWhoComesAndWhoGoesAndWhy(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		ana := join(srv, "Ana")
		bob := srv.Dial(as(" Bob "))
		require.Len(t, gatewaytest.Expect(bob, chat.Here), 2)
		require.Equal(t, chat.Person{ID: bob.ID(), Name: "Bob"}, gatewaytest.Expect(ana, chat.Joined))
		bob.Lose()
		require.Equal(t, chat.Departure{ID: bob.ID(), Name: "Bob", Reason: "connection lost"}, gatewaytest.Expect(ana, chat.Left))
		here, refusal := gatewaytest.Call(ana, chat.Who, chat.Place{})
		require.Nil(t, refusal)
		require.Equal(t, chat.People{{ID: ana.ID(), Name: "Ana"}}, here)
	})
}

func TestOnlyAKnownTokenWithANameIsLetIn(t *testing.T) {
	gatewaytest.Run(t, chat.New, func(t *testing.T, srv *gatewaytest.Server) {
		for _, auth := range []map[string]string{
			{"token": "guess", "name": "Eve"}, {"token": chat.Token}, {"token": chat.Token, "name": "  "},
			{"token": chat.Token, "name": strings.Repeat("e", 41)}, {"name": "Eve"},
		} {
			require.Equal(t, gateway.Unauthorized, srv.Dial(auth).ExpectDisconnect(), auth)
		}
	})
}
