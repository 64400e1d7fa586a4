package jsonevent_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
	"wslab/server/protocol/jsonevent"
)

func TestEncodeWritesEachKindAsTheContractHasIt(t *testing.T) {
	for want, p := range map[string]*gateway.Packet{
		`{"event":"a"}`:                               {Event: "a"},
		`{"event":"a","data":[1]}`:                    {Event: "a", Payload: gateway.Payload{Data: []byte(`[1]`)}},
		`{"event":"a","id":0,"data":null}`:            {Kind: gateway.KindRequest, Event: "a", Payload: gateway.Payload{Data: []byte(`null`)}},
		`{"id":7,"data":"x"}`:                         {Kind: gateway.KindAck, Event: "a", ID: 7, Payload: gateway.Payload{Data: []byte(`"x"`)}},
		`{"event":"a","data":1}`:                      {Kind: gateway.KindReply, Event: "a", Payload: gateway.Payload{Data: []byte(`1`)}},
		`{"id":7,"error":{"code":"c","message":"m"}}`: {Kind: gateway.KindAck, ID: 7, Err: &gateway.Error{Code: "c", Message: "m"}},
	} {
		require.Equal(t, want, string(jsonevent.Format{}.Encode(p)))
	}
}

func TestDecodeTellsRequestsEventsAndAnswersApart(t *testing.T) {
	for message, want := range map[string]*gateway.Packet{
		`{"event":"a"}`:                         {Kind: gateway.KindEvent, Event: "a"},
		`{"event":"a","data":null,"more":true}`: {Kind: gateway.KindEvent, Event: "a", Payload: gateway.Payload{Data: []byte(`null`)}},
		` {"event":"","id":0}`:                  {Kind: gateway.KindRequest},
		`{"event":"a","id":9007199254740991}`:   {Kind: gateway.KindRequest, Event: "a", ID: 1<<53 - 1},
		`{"id":3,"data":[]}`:                    {Kind: gateway.KindAck, ID: 3, Payload: gateway.Payload{Data: []byte(`[]`)}},
		`{"id":3,"error":{"code":"c"}}`:         {Kind: gateway.KindAck, ID: 3, Err: &gateway.Error{Code: "c"}},
	} {
		p, err := jsonevent.Decode([]byte(message))
		require.NoError(t, err, message)
		require.Equal(t, want.Kind, p.Kind, message)
		require.Equal(t, want.Event, p.Event, message)
		require.Equal(t, want.ID, p.ID, message)
		require.Equal(t, string(want.Data), string(p.Data), message)
		require.Equal(t, want.Err, p.Err, message)
	}
}

func TestDecodeSaysWhatIsWrong(t *testing.T) {
	for message, want := range map[string]string{
		``:                                    "not JSON at byte 0",
		`{"event":`:                           "not JSON at byte 9",
		`null`:                                "got null",
		`5`:                                   "got a number",
		`"hello"`:                             "got a string",
		`[]`:                                  "got an array",
		`true`:                                "got a boolean",
		`{}`:                                  `want "event"`,
		`{"data":1}`:                          `want "event"`,
		`{"Event":"a","ID":1}`:                `want "event"`,
		`{"event":null}`:                      `event must be a string, got null`,
		`{"id":1,"error":5}`:                  "error must be an object",
		`{"event":1}`:                         `event must be a string, got a number`,
		`{"event":"a","id":1.5}`:              "id must be an integer from 0 to 2^53-1, got 1.5",
		`{"event":"a","id":"1"}`:              "id must be an integer",
		`{"event":"a","id":-1}`:               "id must be an integer",
		`{"event":"a","id":null}`:             "id must be an integer",
		`{"event":"a","id":9007199254740992}`: "id must be an integer",
		`{"event":"a"}{"event":"b"}`:          "not JSON",
		strings.Repeat(`{"data":`, 20_000):    "not JSON",
	} {
		_, err := jsonevent.Decode([]byte(message))
		var wrong *gateway.Error
		require.ErrorAs(t, err, &wrong, "%.80s", message)
		require.Equal(t, "bad_message", wrong.Code)
		require.Contains(t, wrong.Message, want, "%.80s", message)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{"event":"message","data":{"text":"hi"}}`, `{"event":"a","id":1}`, `{"id":1,"data":null}`,
		`{"id":1,"error":{"code":"c","message":"m"}}`, `{"event":"\ud800"}`, `[]`, `{"event":"a","data":1e999}`, "{\"event\":\"\xff\"}",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, message []byte) {
		p, err := jsonevent.Decode(message)
		if err != nil {
			var wrong *gateway.Error
			require.ErrorAs(t, err, &wrong)
			return
		}
		encoded := jsonevent.Format{}.Encode(p)
		require.True(t, json.Valid(encoded), "%s", encoded)
		again, err := jsonevent.Decode(encoded)
		require.NoError(t, err, "%s", encoded)
		require.Equal(t, p.Kind, again.Kind)
		require.Equal(t, p.Event, again.Event)
		require.Equal(t, p.ID, again.ID)
		require.Equal(t, p.Err, again.Err)
		if p.Kind == gateway.KindAck && p.Err == nil && len(p.Data) == 0 {
			p.Data = json.RawMessage(`null`)
		}
		require.Equal(t, string(p.Data), string(again.Data))
	})
}

func TestDecodeFindsTheSameMembersAsEncodingJSON(t *testing.T) {
	for _, message := range []string{
		`{}`, ` { } `, `{"event":"a"}`, `{ "event" : "a" , "data" : { "x" : [ 1 , { "y" : "}" } ] } , "id" : 7 }`,
		`{"data":"a\"}b","event":"\u0061"}`, `{"\u0065vent":"escaped"}`, `{"event":"first","event":"last"}`,
		`{"data":[[],{},"",null,true,-1.5e3]}`, "{\"data\":\n\t-0\r\n}", `{"":{},"data":""}`, `{"data":"\\"}`,
	} {
		requireSameMembers(t, []byte(message))
	}
}

func FuzzDecodeFindsTheSameMembers(f *testing.F) {
	for _, seed := range []string{`{"event":"a","data":{"x":[1,"]"]},"id":3}`, `{"error":{"code":"\""}}`, ` {"a" : 1 }`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(requireSameMembers)
}

func requireSameMembers(t *testing.T, message []byte) {
	var want map[string]json.RawMessage
	if json.Unmarshal(message, &want) != nil || want == nil {
		return
	}
	event, id, data, refusal := jsonevent.Members(message)
	for name, got := range map[string]json.RawMessage{"event": event, "id": id, "data": data, "error": refusal} {
		require.Equal(t, string(want[name]), string(got), "%s of %q", name, message)
	}
}
