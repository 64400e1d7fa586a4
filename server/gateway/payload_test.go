package gateway_test

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/gateway"
)

// handled returns what a handler of Ts makes of a payload.
func handled[T any](t *testing.T, p gateway.Payload) (data T, err error) {
	t.Helper()
	sub := gateway.Event[T]("x").On(func(_ context.Context, _ *gateway.Socket, in T) error {
		data = in
		return nil
	})
	_, err = sub.Handle(t.Context(), nil, &gateway.Packet{Payload: p})
	return data, err
}

func TestBytesIsThePayloadThatIsNothingElse(t *testing.T) {
	p := gateway.Bytes([]byte{1, 2, 3})
	require.Equal(t, `"AQID"`, string(p.JSON()))
	data, err := handled[[]byte](t, p)
	require.NoError(t, err)
	require.Equal(t, []byte{1, 2, 3}, data)
}

func TestAttachmentsStandInTheJSONAsBase64(t *testing.T) {
	attachments := [][]byte{{1, 2, 3, 4}, {}, {255}}
	for data, want := range map[string]string{
		`{"a":{"_placeholder":true,"num":0},"b":[{"_placeholder":true,"num":2}]}`: `{"a":"AQIDBA==","b":["/w=="]}`,
		`{"_placeholder":true,"num":1}`:                                           `""`,
		`[{"_placeholder":true,"num":2},{"num":2,"_placeholder":true}]`:           `["/w==","/w=="]`,
		`{"n":12345678901234567890,"f":1.50,"s":"<é>&","z":null}`:                 `{"f":1.50,"n":12345678901234567890,"s":"<é>&","z":null}`,
	} {
		require.Equal(t, want, string(gateway.Payload{Data: json.RawMessage(data), Attachments: attachments}.JSON()))
	}
}

func TestAPlaceholderThatNamesNoAttachmentStaysAsItIs(t *testing.T) {
	for _, data := range []string{
		`{"_placeholder":true,"num":1}`, `{"_placeholder":true,"num":-1}`, `{"_placeholder":true,"num":0.5}`, `{"_placeholder":true,"num":1e400}`, `{"_placeholder":true,"num":"0"}`,
		`{"_placeholder":true}`, `{"_placeholder":"true","num":0}`, `{"_placeholder":false,"num":0}`, `{"num":0}`, `{"_placeholder":true,"num":99999999999999999999}`,
	} {
		require.Equal(t, data, string(gateway.Payload{Data: json.RawMessage(data), Attachments: [][]byte{{1}}}.JSON()))
	}
}

func TestWithoutAttachmentsNothingIsAPlaceholder(t *testing.T) {
	const data = `{"_placeholder": true, "num": 0}`
	require.Equal(t, data, string(gateway.Payload{Data: json.RawMessage(data)}.JSON()))
}

func TestAPayloadThatIsNoJSONStaysAsItIs(t *testing.T) {
	for _, data := range []string{"", `{"cut`, strings.Repeat("[", 20_000)} {
		require.Equal(t, data, string(gateway.Payload{Data: json.RawMessage(data), Attachments: [][]byte{{1}}}.JSON()))
	}
}

func TestAHandlerReadsAttachmentsWhereItsTypeHasBytes(t *testing.T) {
	type picture struct {
		Name  string `json:"name"`
		Bytes []byte `json:"bytes"`
	}
	got, err := handled[picture](t, gateway.Payload{Data: json.RawMessage(`{"name":"cat","bytes":{"_placeholder":true,"num":0}}`), Attachments: [][]byte{{1, 2}}})
	require.NoError(t, err)
	require.Equal(t, picture{"cat", []byte{1, 2}}, got)
	_, err = handled[picture](t, gateway.Payload{Data: json.RawMessage(`{"name":{"_placeholder":true,"num":7}}`), Attachments: [][]byte{{1, 2}}})
	require.Equal(t, &gateway.Error{Code: "bad_payload", Message: `field "name": want string, got object`}, err)
}

func TestSeveralArgumentsAreOneArray(t *testing.T) {
	several := gateway.Payload{Several: true, Data: json.RawMessage(`["a",{"_placeholder":true,"num":0},3]`), Attachments: [][]byte{{1, 2}}}
	list, err := handled[[]any](t, several)
	require.NoError(t, err)
	require.Equal(t, []any{"a", "AQI=", 3.0}, list)
	_, err = handled[text](t, several)
	require.Equal(t, &gateway.Error{Code: "bad_payload", Message: "want object, got array"}, err)
}

func TestAHandlerOfPayloadsTakesThemAsTheyCame(t *testing.T) {
	for _, p := range []gateway.Payload{
		{}, gateway.Bytes([]byte{1}), {Data: json.RawMessage(`{"cut`)}, {Several: true, Data: json.RawMessage(`[1,2]`), Attachments: [][]byte{{1}, {2}}},
	} {
		got, err := handled[gateway.Payload](t, p)
		require.NoError(t, err)
		require.Equal(t, p, got)
	}
}

func TestAHandlerThatReturnsAPayloadPassesItOnAsItIs(t *testing.T) {
	answered := gateway.Payload{Several: true, Data: json.RawMessage(`[1,{"_placeholder":true,"num":0}]`), Attachments: [][]byte{{1}}}
	l := newLine()
	n := gateway.NewNamespace(on(gateway.Request[gateway.Payload, gateway.Payload]("x").Handle(func(context.Context, *gateway.Socket, gateway.Payload) (gateway.Payload, error) {
		return answered, nil
	})))
	sent := sending{line: l, packets: make(chan *gateway.Packet, 1)}
	done := make(chan gateway.Disconnect)
	go func() { done <- n.Serve(t.Context(), sent, gateway.User{}) }()
	l.in <- &gateway.Packet{Kind: gateway.KindRequest, Event: "x", ID: 7}
	got := <-sent.packets
	require.Equal(t, gateway.KindAck, got.Kind)
	require.Equal(t, answered, got.Payload)
	close(l.closed)
	<-done
}

// sending is a line that keeps packets whole.
type sending struct {
	*line
	packets chan *gateway.Packet
}

func (s sending) Send(batch *gateway.Batch) (rest func() error, err error) {
	for _, p := range batch.Packets {
		s.packets <- p
	}
	return nil, nil
}
