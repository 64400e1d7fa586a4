package conformance_test

import (
	"encoding/json"
	"testing"
	"testing/synctest"

	"github.com/stretchr/testify/require"

	"wslab/server/conformance"
	"wslab/server/gateway"
	"wslab/server/gateway/gatewaytest"
)

// The events as a client of the JSON format has them.
const (
	message  = gateway.Event[json.RawMessage](conformance.Message)
	echo     = gateway.Request[json.RawMessage, json.RawMessage](conformance.Echo)
	question = gateway.Request[json.RawMessage, json.RawMessage](conformance.Question)
)

func run(t *testing.T, test func(t *testing.T, srv *gatewaytest.Server)) {
	gatewaytest.Run(t, conformance.New(true), test)
}

func TestAMessageReachesEveryoneWithTheSamePayload(t *testing.T) {
	run(t, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := srv.Dial(nil), srv.Dial(nil)
		for _, payload := range []string{`"hi"`, `{"text":"hi","more":[1]}`} {
			gatewaytest.Emit(ana, message, json.RawMessage(payload))
			require.Equal(t, payload, string(gatewaytest.Expect(ana, message)))
			require.Equal(t, payload, string(gatewaytest.Expect(bob, message)))
		}
		gatewaytest.Emit(ana, message, json.RawMessage(`5`))
		require.Equal(t, "bad_payload", ana.ExpectError().Code)
	})
}

func TestEchoAnswersWithThePayload(t *testing.T) {
	run(t, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		out, refusal := gatewaytest.Call(ana, echo, json.RawMessage(`{"a":[null]}`))
		require.Nil(t, refusal)
		require.Equal(t, `{"a":[null]}`, string(out))
		gatewaytest.Emit(ana, gateway.Event[json.RawMessage]("echo"), json.RawMessage(`1`))
		require.Equal(t, `1`, string(gatewaytest.Expect(ana, gateway.Event[json.RawMessage]("echo"))))
	})
}

func TestFailIsRefusedWhereAskedAndAnExceptionElse(t *testing.T) {
	run(t, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		_, refusal := gatewaytest.Call(ana, gateway.Request[any, any](conformance.Fail), nil)
		require.Equal(t, "failed", refusal.Code)
		gatewaytest.Emit(ana, gateway.Event[any](conformance.Fail), nil)
		require.Equal(t, "failed", ana.ExpectError().Code)
	})
}

func TestAskIsAnsweredWithTheClientsAnswer(t *testing.T) {
	run(t, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		ana.SendText(`{"event":"ask","data":"q","id":9}`)
		gatewaytest.Answer(ana, question, func(in json.RawMessage) json.RawMessage { return json.RawMessage(`"blue"`) })
		ana.ExpectText(`{"id":9,"data":"blue"}`)
	})
}

func TestAnAnswerMayComeWithoutData(t *testing.T) {
	run(t, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		ana.SendText(`{"event":"ask","id":9}`)
		ana.ExpectText(`{"event":"question","id":0}`)
		ana.SendText(`{"id":0}`)
		ana.ExpectText(`{"id":9,"data":null}`)
	})
}

func TestStreamSendsThreeEvents(t *testing.T) {
	run(t, func(t *testing.T, srv *gatewaytest.Server) {
		ana := srv.Dial(nil)
		gatewaytest.Emit(ana, gateway.Event[any](conformance.Stream), nil)
		for i := range 3 {
			require.Equal(t, i+1, gatewaytest.Expect(ana, conformance.Streamed))
		}
	})
}

func TestARoomHearsEveryoneElseInIt(t *testing.T) {
	run(t, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob, eve := srv.Dial(nil), srv.Dial(nil), srv.Dial(nil)
		for _, c := range []*gatewaytest.Client{ana, bob} {
			room, _ := gatewaytest.Call(c, conformance.Join, "go")
			require.Equal(t, "go", room)
		}
		gatewaytest.Emit(ana, conformance.Room, conformance.RoomLine{Room: "go", Text: "hi"})
		require.Equal(t, "hi", gatewaytest.Expect(bob, conformance.RoomSaid))
		ana.ExpectSilence()
		eve.ExpectSilence()
	})
}

func TestTheOthersHearWhoWasKicked(t *testing.T) {
	run(t, func(t *testing.T, srv *gatewaytest.Server) {
		ana, bob := srv.Dial(nil), srv.Dial(nil)
		gatewaytest.Emit(ana, gateway.Event[any](conformance.Kick), nil)
		require.Equal(t, gateway.Kicked, ana.ExpectDisconnect())
		synctest.Wait()
		require.Equal(t, conformance.Departure{ID: ana.ID(), Reason: "kicked"}, gatewaytest.Expect(bob, conformance.Left))
	})
}

func TestItAsksForTheModulesTokenUnlessOpen(t *testing.T) {
	gatewaytest.Run(t, conformance.New(false), func(t *testing.T, srv *gatewaytest.Server) {
		require.Equal(t, gateway.Unauthorized, srv.Dial(map[string]string{"token": "guess", "name": "Eve"}).ExpectDisconnect())
		srv.Dial(map[string]string{"token": "ABC-123", "name": "Ana"}).ExpectSilence()
	})
}
