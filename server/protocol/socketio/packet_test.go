package socketio_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/protocol/socketio"
)

// The examples of the protocol's document, and packets that the reference was seen to send and take.
func TestPacketsAreReadAndWrittenAsTheProtocolHasThem(t *testing.T) {
	for text, want := range map[string]socketio.Packet{
		`0`:                                      {Type: socketio.Connect, Namespace: "/"},
		`0{"token":"123"}`:                       {Type: socketio.Connect, Namespace: "/", Data: []byte(`{"token":"123"}`)},
		`0/admin,{"token":"123"}`:                {Type: socketio.Connect, Namespace: "/admin", Data: []byte(`{"token":"123"}`)},
		`0/admin?x=1,`:                           {Type: socketio.Connect, Namespace: "/admin?x=1"},
		`1/admin,`:                               {Type: socketio.Disconnect, Namespace: "/admin"},
		`2["hello",1]`:                           {Type: socketio.Event, Namespace: "/", Data: []byte(`["hello",1]`)},
		`2/admin,456["project:delete",9]`:        {Type: socketio.Event, Namespace: "/admin", Asks: true, ID: 456, Data: []byte(`["project:delete",9]`)},
		`20["question"]`:                         {Type: socketio.Event, Namespace: "/", Asks: true, Data: []byte(`["question"]`)},
		`3/admin,456[]`:                          {Type: socketio.Ack, Namespace: "/admin", ID: 456, Data: []byte(`[]`)},
		`4/nope,{"message":"Invalid namespace"}`: {Type: socketio.ConnectError, Namespace: "/nope", Data: []byte(`{"message":"Invalid namespace"}`)},
	} {
		var d socketio.Decoder
		p, err := d.Text([]byte(text))
		require.NoError(t, err, text)
		require.Equal(t, want.Type, p.Type, text)
		require.Equal(t, want.Namespace, p.Namespace, text)
		require.Equal(t, want.Asks, p.Asks, text)
		require.Equal(t, want.ID, p.ID, text)
		require.Equal(t, string(want.Data), string(p.Data), text)
		require.Equal(t, text, string(p.Append(nil)))
	}
}

func TestAttachmentsFollowTheirPacketAsOneUnit(t *testing.T) {
	const text = `52-/admin,7["baz",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]`
	var d socketio.Decoder
	p, err := d.Text([]byte(text))
	require.NoError(t, err)
	require.Nil(t, p, "attachments are due")
	p, err = d.Binary([]byte{1, 2})
	require.NoError(t, err)
	require.Nil(t, p, "one more is due")
	p, err = d.Binary([]byte{3})
	require.NoError(t, err)
	require.Equal(t, socketio.Event, p.Type)
	require.Equal(t, [][]byte{{1, 2}, {3}}, p.Attachments)
	require.Equal(t, text, string(p.Append(nil)))

	p, err = d.Text([]byte(`2["after"]`))
	require.NoError(t, err)
	require.NotNil(t, p)
}

func TestWhatTheReferenceTakesIsTaken(t *testing.T) {
	for _, text := range []string{`2`, `2[5]`, `2[""]`, `2["error"]`, `2["__proto__"]`, `30[]`, `399999999999999999[]`, `2 ["x"]`, `2["x",1e400]`, `0/admin`, `2["x",{"_placeholder":true,"num":9}]`} {
		var d socketio.Decoder
		p, err := d.Text([]byte(text))
		require.NoError(t, err, text)
		require.NotNil(t, p, text)
	}
}

func TestWhatClosesAConnectionOfTheReferenceIsRefused(t *testing.T) {
	tests := []string{
		``, `9`, `4`, `40`, `abc`, `2{}`, `2[]`, `2[null]`, `2[{}]`, `2["cut`, `2["x"]trailing`, `2-1["x"]`, `2abc["x"]`, `31{}`, `3[]`, `1{}`, `0[1]`, `0"x"`, `0null`,
		`5["x"]`, `50-["x"]`, `5-["x"]`, `5x-["x"]`, `5+1-["x"]`, `511-["x"]`, `51-`, `51-["x",{"_placeholder":true,"num":1}]`, `51-["x",{"_placeholder":true,"num":-1}]`,
		`51-["x",{"_placeholder":true,"num":"0"}]`, `51-["x",{"_placeholder":true,"num":0.5}]`, `2["x",` + strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000) + `]`,
	}
	for _, name := range []string{"connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"} {
		tests = append(tests, fmt.Sprintf(`2[%q]`, name))
	}
	for _, text := range tests {
		var d socketio.Decoder
		_, err := d.Text([]byte(text))
		require.ErrorIs(t, err, socketio.ErrPacket, "%.60s", text)
	}
	var d socketio.Decoder
	_, err := d.Binary([]byte{1})
	require.ErrorIs(t, err, socketio.ErrPacket, "binary without a header")
	_, err = d.Text([]byte(`51-["x",{"_placeholder":true,"num":0}]`))
	require.NoError(t, err)
	_, err = d.Text([]byte(`2["x"]`))
	require.ErrorIs(t, err, socketio.ErrPacket, "text while an attachment is due")
}

func FuzzDecoder(f *testing.F) {
	f.Add([]byte(`52-/admin,7["baz",{"_placeholder":true,"num":1},{"_placeholder":true,"num":0}]`))
	f.Add([]byte(`0/a,{"token":"x"}`))
	f.Add([]byte(`3/a,12[1,{"x":[]}]`))
	f.Fuzz(func(t *testing.T, text []byte) {
		var d socketio.Decoder
		p, err := d.Text(text)
		for err == nil && p == nil {
			p, err = d.Binary([]byte{1})
		}
		if err != nil {
			return
		}
		var again socketio.Decoder
		q, err := again.Text(p.Append(nil))
		for i := 0; err == nil && q == nil; i++ {
			q, err = again.Binary(p.Attachments[i])
		}
		require.NoError(t, err)
		require.Equal(t, p, q)
	})
}
