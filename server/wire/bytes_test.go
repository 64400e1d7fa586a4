package wire_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"wslab/server/wire"
)

func TestTextIsReadableInAnExportAndBytesAreKept(t *testing.T) {
	for text, want := range map[string]string{"hello \u00e1 \x00": "\"hello á \\u0000\"", "\xff\x00": `{"base64":"/wA="}`, "": `""`} {
		got, err := json.Marshal(wire.Bytes(text))
		require.NoError(t, err)
		require.Equal(t, want, string(got))
		var back wire.Bytes
		require.NoError(t, json.Unmarshal(got, &back))
		require.Equal(t, text, string(back))
	}
}
