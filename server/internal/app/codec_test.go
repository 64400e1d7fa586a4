package app

import (
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/protocol/socketio"
)

func TestTheAnswerOfTheCodecLessonReadsAndWritesAsTheProtocolDoes(t *testing.T) {
	lesson := answers["socketio"]
	for _, text := range []string{
		`0{"token":"ABC-123"}`, `0/admin,`, `1/admin,`, `2["message",{"text":"hi"}]`, `20["who"]`, `3/admin,456[]`,
		`4{"message":"unauthorized"}`, `51-["pic",{"_placeholder":true,"num":0}]`, `62-/admin,7[{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]`,
	} {
		var d socketio.Decoder
		want, err := d.Text([]byte(text))
		require.NoError(t, err, text)
		got, due, err := lesson.Decode(text)
		require.NoError(t, err, text)
		for n := range due {
			got.Attachments = append(got.Attachments, []byte{byte(n)})
			want, err = d.Binary([]byte{byte(n)})
			require.NoError(t, err, text)
		}
		require.Equal(t, want.Type, got.Type, text)
		require.Equal(t, want.Namespace, got.Namespace, text)
		require.Equal(t, want.Asks, got.Asks, text)
		require.Equal(t, want.ID, got.ID, text)
		require.Equal(t, string(want.Data), string(got.Data), text)
		require.Equal(t, want.Attachments, got.Attachments, text)
		again, err := lesson.Encode(got)
		require.NoError(t, err)
		require.Equal(t, text, again)
	}
	_, _, err := lesson.Decode(`42`)
	require.Error(t, err)
}
